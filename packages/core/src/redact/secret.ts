/** Keys, passwords and document numbers that are told by their prefix or by the words before them. */
import type { Found } from "./find.ts";

const key =
  /(?<![\w-])(?:sk-[\w-]{16,}|[srp]k_(?:live|test)_\w{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|glpat-[\w-]{20,}|whsec_[\w+/=]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,})(?![\w-])/g;
const password =
  /\b(?:pass(?:word|wd|code|phrase)|passwort|kennwort|contraseña|senha|mot de passe|wachtwoord|lösenord|hasło|şifre|пароль)(?:\s+(?:is|ist|es|est|é|è)\s*:?|\s*[:=])\s*["']?([^\s"',;]{4,64})/giu;
const document =
  /\b(?:passport|driver'?s? licen[sc]e|driving licen[sc]e|national id|identity card|id card|personalausweis\w*|reisepass\w*|führerschein\w*|dni|nie|nif|cpf|pesel|codice fiscale|bsn|personnummer)(?:\s+(?:number|no\.?|nr\.?|nummer|num))?(?:\s+(?:is|ist|es|est))?\s*[:#]?\s*((?=[\w-]*\d)[A-Z0-9][A-Z0-9.\-/]{4,20}[A-Z0-9])(?!\w)/giu;

export function findCredentials(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(key))
    found.push({ type: "secret", start: match.index, end: match.index + match[0].length });
  for (const [type, pattern] of [
    ["secret", password],
    ["id", document],
  ] as const)
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      const value = match[1] ?? "";
      if (type === "secret" && !/[\d\W_]|[a-z][A-Z]/.test(value)) continue; // "my password is wrong"
      found.push({ type, start: end - value.length, end });
    }
  return found;
}
