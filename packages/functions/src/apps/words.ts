/** All words of Intercom's card, in the languages reps read. Intercom does not say a teammate's language: the workspace's `repLanguage` is taken. */

const en = {
  stranger: "You are not on this server's list. An admin of Cuecard can add you, with your Intercom id.",
  noConversation: "Open a conversation, and a draft for it appears here.",
  refresh: "Refresh",
  asked: "A draft is being written. Press Refresh in a moment.",
  gone: "This draft is gone. Press Refresh.",
  counted: "Counted. What you send decides.",
  noted: "Left as an internal note.",
  beside: "Open beside",
  coming: "A draft is being written …",
  none: "No draft for the last message.",
  suggest: "Suggest a reply",
  draft: "Draft",
  copy: "Select and copy",
  use: "I use it",
  note: "Leave as internal note",
};
export type Words = typeof en;

const de: Words = {
  stranger:
    "Sie stehen nicht auf der Liste dieses Servers. Wer Cuecard verwaltet, kann Sie mit Ihrer Intercom-ID eintragen.",
  noConversation: "Öffnen Sie ein Gespräch, dann erscheint hier ein Entwurf.",
  refresh: "Neu laden",
  asked: "Ein Entwurf entsteht. Drücken Sie gleich „Neu laden“.",
  gone: "Diesen Entwurf gibt es nicht mehr. Drücken Sie „Neu laden“.",
  counted: "Gezählt. Was Sie senden, entscheidet.",
  noted: "Als interne Notiz hinterlassen.",
  beside: "Daneben öffnen",
  coming: "Ein Entwurf entsteht …",
  none: "Kein Entwurf zur letzten Nachricht.",
  suggest: "Antwort vorschlagen",
  draft: "Entwurf",
  copy: "Markieren und kopieren",
  use: "Ich nehme ihn",
  note: "Als interne Notiz hinterlassen",
};

/** By a BCP 47 tag; English for a language we do not have. */
export const wordsFor = (language: string): Words => (/^de\b/i.test(language) ? de : en);
