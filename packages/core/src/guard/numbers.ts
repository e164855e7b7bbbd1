/** Numbers as they are written: digits of any script, either decimal sign, and the words for small ones. */

export const digits = "\\p{Nd}+(?:[.,'\u2019\u00a0\u202f ]\\p{Nd}{3}(?!\\p{Nd}))*(?:[.,\u066b]\\p{Nd}+)?";

const rows: string[] = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
  "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
  "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
  "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte",
  "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti",
  "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig",
  "noll en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo",
  "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia",
  "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
];
const more: Record<string, number> = {
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
  "a hundred": 100,
  "one hundred": 100,
  "twenty-one": 21,
  "twenty one": 21,
  "twenty-four": 24,
  "twenty four": 24,
  "twenty-eight": 28,
  "twenty eight": 28,
  "forty-eight": 48,
  "forty eight": 48,
  "seventy-two": 72,
  "seventy two": 72,
  eine: 1,
  einen: 1,
  einer: 1,
  eines: 1,
  einem: 1,
  vierundzwanzig: 24,
  achtundvierzig: 48,
  dreißig: 30,
  sechzig: 60,
  neunzig: 90,
  hundert: 100,
  une: 1,
  trente: 30,
  soixante: 60,
  "vingt-quatre": 24,
  cent: 100,
  una: 1,
  treinta: 30,
  sesenta: 60,
  veinticuatro: 24,
  noventa: 90,
  cien: 100,
  uma: 1,
  duas: 2,
  trinta: 30,
  trenta: 30,
  sessanta: 60,
  cento: 100,
  één: 1,
  dertig: 30,
  zestig: 60,
  ett: 1,
  trettio: 30,
  dwie: 2,
  trzydzieści: 30,
  одна: 1,
  две: 2,
  тридцать: 30,
  a: 1,
  an: 1,
};
const known = new Map<string, number>(Object.entries(more));
for (const row of rows)
  for (const [value, word] of row.split(" ").entries()) if (!known.has(word)) known.set(word, value);

const letters = [...known.keys()].sort((x, y) => y.length - x.length).join("|");
const chinese = "[一二两三四五六七八九十百]{1,5}";
export const numberWords = `(?:${letters})(?![\\p{L}\\p{M}])|${chinese}`;

const unitsOf = "零一二三四五六七八九";
function chineseNumber(text: string): number | null {
  let total = 0;
  let digit = 0;
  for (const char of text.replaceAll("两", "二")) {
    const value = unitsOf.indexOf(char);
    if (value >= 0) digit = value;
    else {
      total += (digit || 1) * (char === "百" ? 100 : 10);
      digit = 0;
    }
  }
  return total + digit || null;
}

/** The value of a number in words, `null` for none we know. */
export function wordNumber(text: string): number | null {
  const word = text.toLowerCase().replace(/\s+/g, " ");
  return known.get(word) ?? (/^[一-龥]+$/.test(word) ? chineseNumber(word) : null);
}

/** Unicode keeps the ten digits of a script in a row from a zero: count back to the first that is no digit. */
export function ascii(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (char) => {
    const code = char.codePointAt(0)!;
    let back = 0;
    while (back < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - back - 1))) back++;
    return String(back);
  });
}

/**
 * "1.234,50", "1,234.50", "1 234,5" → 1234.5. One sign followed by three digits ("1.234") is read as thousands, a leading
 * zero ("0.125") as a fraction. `null` for no number.
 */
export function number(text: string): number | null {
  const plain = ascii(text)
    .replace(/[\s\u00a0\u202f'\u2019]/g, "")
    .replace("\u066b", ".");
  if (!/^\d[\d.,]*$/.test(plain)) return null;
  const signs = plain.replace(/\d/g, "");
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const behind = last < 0 ? 0 : plain.length - last - 1;
  const mixed = signs.includes(".") && signs.includes(",");
  const thousands = last >= 0 && !mixed && (signs.length > 1 || (behind === 3 && !/^0[.,]/.test(plain)));
  const value =
    last < 0 || thousands
      ? plain.replace(/[.,]/g, "")
      : `${plain.slice(0, last).replace(/[.,]/g, "")}.${plain.slice(last + 1)}`;
  return Number(value);
}
