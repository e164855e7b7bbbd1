/** What drafts learned from the rep's own replies; the rep may take one out. Asked for only when opened. */
import { useSignal } from "@preact/signals";
import { RequestError } from "../client.ts";
import type { Store } from "./store.ts";

type Lesson = { id: string; question: string; reply: string };

export function Lessons({ store: { strings, client } }: { store: Store }) {
  const lessons = useSignal<Lesson[] | undefined>(undefined);
  const said = useSignal("");
  /** What went wrong, in words, instead of an answer. */
  const asking = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      said.value = strings.requestFailed;
    }
  };
  const read = () =>
    asking(async () => {
      lessons.value = (await client.get<{ lessons: Lesson[] }>("/api/me/lessons")).lessons;
    });
  const takeOut = (id: string) =>
    asking(async () => {
      await client.remove(`/api/me/lessons/${encodeURIComponent(id)}`);
      lessons.value = lessons.value?.filter((one) => one.id !== id);
      said.value = strings.takenOut;
    });
  return (
    <details class="lessons" onToggle={({ currentTarget }) => currentTarget.open && !lessons.value && void read()}>
      <summary>{strings.lessons}</summary>
      <p class="quiet small" role="status">
        {said.value || strings.lessonsNote}
      </p>
      {lessons.value?.length === 0 && !said.value ? <p class="quiet">{strings.lessonsNone}</p> : null}
      <ul>
        {lessons.value?.map(({ id, question, reply }) => (
          <li key={id}>
            <p class="quiet small" dir="auto">
              {question.slice(-160)}
            </p>
            <p dir="auto">{reply}</p>
            <button type="button" class="plain" onClick={() => void takeOut(id)}>
              {strings.takeOut}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
