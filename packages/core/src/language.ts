/** Which language a message is in. Scripts decide alone where they can; then letters and small words; then tinyld's n-grams. */
import { detect as guess } from "tinyld";

type Language = { code: string; english: string; native: string; direction?: "rtl" };

export const LANGUAGES: readonly Language[] = [
  { code: "en", english: "English", native: "English" },
  { code: "de", english: "German", native: "Deutsch" },
  { code: "fr", english: "French", native: "Français" },
  { code: "es", english: "Spanish", native: "Español" },
  { code: "pt", english: "Portuguese", native: "Português" },
  { code: "it", english: "Italian", native: "Italiano" },
  { code: "nl", english: "Dutch", native: "Nederlands" },
  { code: "sv", english: "Swedish", native: "Svenska" },
  { code: "da", english: "Danish", native: "Dansk" },
  { code: "nb", english: "Norwegian", native: "Norsk bokmål" },
  { code: "fi", english: "Finnish", native: "Suomi" },
  { code: "pl", english: "Polish", native: "Polski" },
  { code: "cs", english: "Czech", native: "Čeština" },
  { code: "sk", english: "Slovak", native: "Slovenčina" },
  { code: "hu", english: "Hungarian", native: "Magyar" },
  { code: "ro", english: "Romanian", native: "Română" },
  { code: "bg", english: "Bulgarian", native: "Български" },
  { code: "el", english: "Greek", native: "Ελληνικά" },
  { code: "sr", english: "Serbian", native: "Српски" },
  { code: "lt", english: "Lithuanian", native: "Lietuvių" },
  { code: "lv", english: "Latvian", native: "Latviešu" },
  { code: "et", english: "Estonian", native: "Eesti" },
  { code: "tr", english: "Turkish", native: "Türkçe" },
  { code: "ru", english: "Russian", native: "Русский" },
  { code: "uk", english: "Ukrainian", native: "Українська" },
  { code: "ar", english: "Arabic", native: "العربية", direction: "rtl" },
  { code: "he", english: "Hebrew", native: "עברית", direction: "rtl" },
  { code: "fa", english: "Persian", native: "فارسی", direction: "rtl" },
  { code: "hi", english: "Hindi", native: "हिन्दी" },
  { code: "th", english: "Thai", native: "ไทย" },
  { code: "vi", english: "Vietnamese", native: "Tiếng Việt" },
  { code: "id", english: "Indonesian", native: "Bahasa Indonesia" },
  { code: "zh", english: "Chinese", native: "中文" },
  { code: "ja", english: "Japanese", native: "日本語" },
  { code: "ko", english: "Korean", native: "한국어" },
];

export type Detected = { language: string; sure: boolean };

/** BCP 47 of the text's language, `null` where nothing speaks for one. `hint`: what it was before in this conversation. */
export function detect(text: string, hint?: string): Detected | null {
  const sample = text.slice(0, 2_000);
  const found = guess(sample, { only: LANGUAGES.map(({ code }) => (code === "nb" ? "no" : code)) });
  if (found === "") return hint ? { language: hint, sure: false } : null;
  return { language: found === "no" ? "nb" : found, sure: sample.length > 20 };
}

const rightToLeft = new Set(["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "iw"]);

export function direction(language: string): "ltr" | "rtl" {
  return rightToLeft.has(language.toLowerCase().split(/[-_]/)[0] ?? "") ? "rtl" : "ltr";
}
