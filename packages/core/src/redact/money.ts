/** Card numbers, bank accounts, and numbers a state gives to a person. */
import { electronicFormatIBAN, isValidIBAN } from "ibantools";
import type { Found } from "./find.ts";
import { before } from "./find.ts";

const digitRun =
  /(?<![\p{L}\p{N}_.,+-]|[.,]\d)\p{Nd}(?:[ \u00a0.\-\u2010-\u2015]{0,2}\p{Nd}){11,18}(?![\p{L}\p{N}_]|[.,-]\d)/gu;
/** Issuer ranges in ISO/IEC 7812 that are in use: Visa, Mastercard (also 2-series), Amex, Diners, Discover, JCB, Maestro, UnionPay, Mir. */
const issuer = /^(?:4|5[0-8]|3[04-9]|6|2[2-7]|2131|1800|9792)/;
/** Maestro, the one scheme with cards of 12 digits: its prefixes are rare enough to tell such a card without a word beside it. */
const short = /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/;
const cardWord =
  /\b(?:card|cc|credit|debit|visa|master ?card|amex|maestro|pan|karte|kreditkarte|kartennummer|tarjeta|cart[ãa]o|carte|carta|kaart|kort|kortti|karta|karty|kart|card[uă]l|thẻ)\b|карт|κάρτα|卡|カード|카드|بطاق|כרטיס|कार्ड|บัตร/iu;
/** A number that says it is something else. */
const otherWord =
  /\b(?:order|tracking|invoice|reference|ref|ticket|booking|shipment|parcel|imei|bestell\w*|rechnung\w*|sendung\w*)\W{0,3}(?:(?:number|no|nr|id|code|nummer)\W{0,3})?(?:is\W{0,2})?$/iu;

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Digits of any script as ASCII digits; everything else is dropped. */
export function digitsOf(text: string): string {
  let out = "";
  for (const char of text) {
    if (char >= "0" && char <= "9") out += char;
    else if (/\p{Nd}/u.test(char)) out += decimal(char);
  }
  return out;
}
/** Unicode keeps the ten digits of a script in a row from a zero: count back to the first that is no digit. */
function decimal(char: string): string {
  const code = char.codePointAt(0)!;
  for (let back = 0; back < 10; back++) if (!/\p{Nd}/u.test(String.fromCodePoint(code - back - 1))) return String(back);
  return String(code % 10);
}

/** Card numbers that pass Luhn's check in a range in use; with the word "card" before them also mistyped ones. */
export function findCards(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(digitRun)) {
    const digits = digitsOf(match[0]);
    const lead = before(text, match.index, 40);
    const named =
      cardWord.test(lead) ||
      cardWord.test(text.slice(match.index + match[0].length, match.index + match[0].length + 20));
    if (otherWord.test(lead) && !cardWord.test(lead)) continue;
    if (/^0{4}/.test(digits)) continue;
    if (luhn(digits) ? issuer.test(digits) && (named || digits.length >= 13 || short.test(digits)) : named)
      found.push({ type: "card", start: match.index, end: match.index + match[0].length });
  }
  return found;
}

const ibanLike = /(?<![\p{L}\p{N}])[a-z]{2}[ -]?\d{2}(?:[ \u00a0-]?[a-z0-9]){11,30}(?![a-z0-9])/giu;

/** IBANs whose length and check digits are right; after the word "IBAN" also mistyped ones. */
export function findIbans(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(ibanLike)) {
    // Words that follow are swallowed as groups: shorten from the end at group borders until the number is valid.
    let value = match[0];
    let valid = false;
    for (;;) {
      valid = isValidIBAN(electronicFormatIBAN(value.replace(/\u00a0/g, " ")) ?? "");
      const border = Math.max(value.lastIndexOf(" "), value.lastIndexOf("\u00a0"), value.lastIndexOf("-"));
      if (valid || border < 12) break;
      value = value.slice(0, border);
    }
    if (!valid) {
      if (!/\biban\b\W{0,3}(?:\p{L}+\W{1,3}){0,3}$/iu.test(before(text, match.index, 40))) continue;
      value = /^[a-z]{2}[ -]?\d{2}(?:[ \u00a0-]?(?=[a-z]*\d)[a-z0-9]{1,30})+/iu.exec(match[0])?.[0] ?? match[0];
    }
    found.push({ type: "iban", start: match.index, end: match.index + value.length });
  }
  return found;
}

const ssnLike =
  /(?<![\p{L}\p{N}_-]|\d[.,])(\d{3})([ \u00a0\-\u2010-\u2013.]?)(\d{2})\2(\d{4})(?![\p{L}\p{N}_]|[-.,]\d)/gu;
const ssnWord = /\b(?:ssn|ss#|itin|social(?: security)?|tax(?:payer)? id)\b/i;

/** US social security numbers and ITINs: with dashes by form, otherwise by the words before them. */
export function findSsns(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(ssnLike)) {
    const [whole, area = "", separator = "", group = "", serial = ""] = match;
    const named = ssnWord.test(before(text, match.index, 40));
    const possible = area !== "000" && area !== "666" && group !== "00" && serial !== "0000";
    if (named || (possible && /[-\u2010-\u2013]/u.test(separator)))
      found.push({ type: "ssn", start: match.index, end: match.index + whole.length });
  }
  return found;
}
