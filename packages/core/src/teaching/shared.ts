/**
 * Which words of past replies may be shown to others. A name that no helpdesk told us looks like any word, so the rule goes by
 * where it stands and who was told it. A capital inside a sentence marks a name (but in German): such a word stays only if
 * an article or a saved reply has it, or others write it small. Of the words that open a sentence, and of numbers, those
 * stay that were said to three customers. Everything else becomes `{text}`, a blank.
 */
import { phrasesFor } from "../model/phrases.ts";

/** Customers with whom a word must have been said before a fourth may read it. */
const least = 3;

/** Words that open sentences with a capital and are nobody's name. */
const openers = new Set(
  (
    "a about actually additionally after again all alright already also although always an and another any anyway apologies are as at because before besides both but by can certainly check click come could currently dear do does don't due during each either enter every everything feel finally first follow for from further generally give glad go good great happy have hello hello hence here hi how however i i'd i'll i'm i've if in indeed instead is it it's its just kind kindly last lastly later let let's like log look make many may maybe meanwhile more most much my next no normally not note nothing now of ok okay on once one only open or our otherwise over perfect perhaps please possibly press put regarding reply right same second see select send set several shall should simply since so some someone sometimes soon sorry still such sure take thank thanks that that's the their them then there there's therefore these they they're third this those though through to today tomorrow try two under unfortunately unless until use usually very via was we we'd we'll we're we've welcome well were what what's when whenever where whether which while who why will with within without would yes yesterday yet you you'd you'll you're you've your yours " +
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december " +
    "aber als auch auf aus bei bitte da damit danach danke das dass der des dann die dies diese dieser dieses ein eine einen er es falls für gern gerne guten hallo hier ich ihr ihre ihrem ihren ihrer im in ist ja jetzt kein keine leider mit nach natürlich nein nun ob oder schade sehr sie sobald so sofern tut um und uns unser unsere vielen von vor wann was wenn wer wie wir wird wo zu zum zur " +
    "à alors au aucun aussi avec bien bonjour bonne ce ces cela cette comme dans de des désolé désolée donc du elle en et il ils je la le les malheureusement merci nous non notre nos oui ou par pas pour pouvez puis quand que quel quelle qui sans si son sur tout un une veuillez voici votre vos vous " +
    "ahora al así aunque buenas buenos como con cuando de del después disculpe el ella en es esta este esto gracias hay hola la las le les lo los lamentamos lamento más mi muy no nos nuestra nuestro o para pero por puede que quedamos si sí sin sobre su sus también tan tu un una usted y ya"
  ).split(" "),
);

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
const plain = (text: string) => text.normalize("NFKC").replaceAll("’", "'").toLowerCase();
const tells = (token: string) => /[\p{Lu}\p{Lt}\p{N}]/u.test(token);

export type Told = { text: string /** Whose; absent for what was written for everybody. */; from?: string };

/** Gives the function that blanks out what only few were told. `everybody`: articles and other text that is no customer's. */
export function sharedWords(
  everybody: Iterable<string>,
  told: Iterable<Told>,
): (text: string, language?: string) => string {
  const known = new Set<string>();
  const learn = (text: string) => {
    for (const [token] of text.matchAll(word)) known.add(plain(token));
  };
  for (const text of everybody) learn(text);
  for (const language of ["en", "de", "fr", "es"]) learn(JSON.stringify(phrasesFor(language)));
  const by = new Map<string, Set<string>>();
  const inSmall = new Map<string, Set<string>>();
  const count = (counts: Map<string, Set<string>>, key: string, from: string) => {
    const who = counts.get(key) ?? new Set<string>();
    counts.set(key, who);
    if (who.size < least) who.add(from);
  };
  for (const { text, from } of told) {
    if (from === undefined) {
      learn(text);
      continue;
    }
    for (const [token] of text.replace(placeholder, " ").matchAll(word)) {
      count(by, plain(token), from);
      if (!tells(token)) count(inSmall, plain(token), from);
    }
  }
  const isWord = (key: string) =>
    known.has(key) || openers.has(key) || (!/\p{N}/u.test(key) && (inSmall.get(key)?.size ?? 0) >= 2);
  return (text, language) =>
    text
      .split(placeholder)
      .map((piece, i) =>
        i % 2 === 1
          ? piece
          : piece.replace(word, (token, at: number) => {
              if (!tells(token) || isWord(plain(token))) return token;
              const before = piece.slice(Math.max(0, at - 4), at);
              // After a placeholder a sentence goes on.
              const opens =
                at < 4 && before.trim() === ""
                  ? i === 0 || before.includes("\n")
                  : /[.!?:;…"“„«»>\n]\s{0,3}$/u.test(before);
              const called = /^\s?,/.test(piece.slice(at + token.length));
              const nameable =
                /\p{Ll}/u.test(token) && !/\p{N}/u.test(token) && !/^(?:de|lb|gsw)\b/i.test(language ?? "");
              const named = nameable && (!opens || called);
              return !named && (by.get(plain(token))?.size ?? 0) >= least ? token : "{text}";
            }),
      )
      .join("")
      .replace(/\{text\}(?:[\s,.'’-]{0,2}\{text\})+/g, "{text}");
}

/** In a group, so that `split` keeps what it splits at. */
const placeholder = /(\{[a-z]{1,12}\})/g;
