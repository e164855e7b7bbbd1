/** Takes out what mail programs, editors and keyboards change in a text without anybody meaning to. */

const asciiQuotes = /[\u2018\u2019\u201a\u201b\u2032\u02bc\uff07`\u00b4]/gu;
const doubleQuotes = /[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02]|''/gu;
const dashes = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]|--+/gu;
/** Zero width, soft hyphen, direction marks, variation selectors, BOM, NUL. */
const unseen = /\p{Cf}|\u034f|\ufe0e|\ufe0f|\0/gu;

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", "#39": "'" };

/** Markdown and HTML that a helpdesk's editor adds or renders away; their words stay. */
export function plain(text: string): string {
  let out = text;
  if (out.includes("<"))
    out = out
      .replace(/<\/?(?:br|p|div|li|ul|ol|h[1-6]|blockquote|table|tr)\b[^<>]{0,500}>/gi, "\n")
      .replace(/<\/?(?:a|b|i|u|s|em|strong|span|font|code|pre|small|td|th|tbody|img)\b[^<>]{0,1000}>/gi, "");
  if (out.includes("&"))
    out = out.replace(/&(amp|lt|gt|quot|apos|nbsp|#39);/g, (_, name: string) => entities[name] ?? "");
  return out
    .replace(/!?\[([^[\]\n]{0,500})\]\([^()\s]{1,2000}\)/g, "$1")
    .replace(/^[ \t]{0,3}#{1,6}[ \t]+/gm, "")
    .replace(/^[ \t]*(?:[*+\u2022\u00b7\u2023\u25aa\u25cf-])[ \t]+/gm, "")
    .replace(/(\*\*|__|~~)(?=\S)([^\n]{1,2000}?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*(?![\p{L}\p{N}*])/gu, "$1")
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]{1,2000}?)(?<=\S)_(?![\p{L}\p{N}_])/gu, "$1")
    .replace(/`([^`\n]{1,2000})`/g, "$1")
    .replace(/\\([\\`*_{}[\]()#+\-.!>~|])/g, "$1");
}

/** One line, NFC, lower case, plain quotes and dashes. */
export function level(text: string): string {
  return text
    .normalize("NFC")
    .replace(unseen, "")
    .replace(/\u2026/g, "...")
    .replace(asciiQuotes, "'")
    .replace(doubleQuotes, '"')
    .replace(dashes, "-")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}
