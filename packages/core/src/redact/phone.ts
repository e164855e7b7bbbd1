/** Phone numbers, written in the ways of any country. */
import { isValidPhoneNumber } from "libphonenumber-js/min";
import type { Found } from "./find.ts";
import { before } from "./find.ts";
import { digitsOf } from "./money.ts";

const candidate =
  /(?<![\p{L}\p{N}_@#/$€£¥=%]|\p{Nd}[.,:-])(?:\+|(?<=^|[^+])\(\+?)?\p{Nd}(?:[ \u00a0.\-\u2010-\u2015()/]{0,4}\p{Nd}){5,17}(?:\s?(?:ext\.?|x|extension|durchwahl|poste)\s?\d{1,6})?(?![\p{L}_@%€$£¥]|\p{Nd}|[.,:/-]\p{Nd})/giu;
const phoneWord =
  /(?:\b(?:phones?|tel(?:e(?:phone|fon|fono|fone))?|call|calls|called|calling|cell(?:phone)?|mobile|mobil\w*|handy\w*|fax|whats ?app|sms|texts?|texting|ring|dial|reach|messages?|contact|number|nummer|telefon\w*|rufnummer|anrufen|erreichbar|tel[ée]fono|m[óo]vil|celular|llam\w*|telefone|telem[óo]vel|ligar|t[ée]l[ée]phone|portable|appel\w*|joindre|cellulare|chiam\w*|bel(?:len)?|ring|ringa|puhelin\w*|soitta\w*|telefon\w*|zadzwo\w*|zavol\w*|hívj\w*|suna\w*|ara\w*|điện thoại|gọi)\b|телефон|звон|номер|τηλ|هاتف|جوال|رقم|اتصل|טלפון|נייד|تلفن|फोन|फ़ोन|मोबाइल|ফোন|โทร|เบอร์|电话|手机|電話|携帯|전화|핸드폰|연락처)/iu;
const otherWord =
  /\b(?:order|orders|po|part|upc|ean|gtin|asin|lat|latitude|longitude|tracking|invoice|reference|ref|ticket|booking|reservation|confirmation|case|claim|account|iban|card|cc|zip|postal|postcode|plz|sku|article|item|serial|model|version|license|licence|passport|id|isbn|pin|code|transaction|policy|customer|user|member|employee|kunde\w*|bestell\w*|rechnung\w*|auftrag\w*|sendung\w*|vertrag\w*|pedido|commande|ordine|bestelling|zam[óo]wieni\w*|sipariş|заказ\w*)\b\W{0,3}(?:(?:number|numbers|no|nr|num|id|code|nummer|numero|número|numéro)\b\W{0,3})?(?:(?:is|was|ist|es|est)\b\W{0,2})?$/iu;
const date =
  /^(?:(?:19|20)\d{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d{2})(?:$|[ T(-])/;
const years = /^(?:19|20)\d{2}\s?[-\u2010-\u2015/]\s?(?:19|20)\d{2}$/u;
/** Where a number has no country code, it is looked up in these: the largest markets with trunk zeros or fixed lengths. */
const countries = ["US", "GB", "DE", "FR", "ES", "IT", "NL", "SE", "AT", "CH", "PL", "AU", "IN", "BR"] as const;

/** Two to five groups of two digits and more, as on the line of a letterhead; "1 234 567" is an amount. */
const grouped = /^(?!\d{1,2}(?:[ .]\d{3})+$)\d{2,5}(?:[ \-/]\d{2,5}){1,4}$/;
const aloneOnItsLine = (text: string, start: number, end: number) =>
  text.includes("\n") && /(?:^|\n)[ \t]*$/.test(text.slice(0, start)) && /^[ \t]*(?:\n|$)/.test(text.slice(end));

/**
 * Numbers with a plus, numbers grouped as phones are, numbers behind a word such as "call", and ungrouped ones that are valid
 * in a large country. Dates, amounts, decimals and what is named an order, ticket, card or account number are left.
 */
export function findPhones(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(candidate)) {
    let start = match.index;
    let value = match[0];
    if (value.startsWith("(") && !value.includes(")")) {
      start += 1;
      value = value.slice(1);
    }
    if (isPhone(value, text, start)) found.push({ type: "phone", start, end: start + value.length });
  }
  return found;
}

function isPhone(value: string, text: string, start: number): boolean {
  const bare = value.replace(/\s?(?:ext\.?|x|extension|durchwahl|poste)\s?\d{1,6}$/iu, "");
  const digits = digitsOf(bare);
  if (digits.length < 6 || digits.length > 17 || /^(\d)\1+$/.test(digits)) return false;
  if (date.test(bare) || years.test(bare)) return false;
  const lead = before(text, start, 48);
  const international = /^\(?\+/.test(bare) || (/^00[1-9]/.test(digits) && digits.length >= 10);
  if (international) return digits.length >= 7 && digits.length <= 17;
  if (otherWord.test(lead)) return false;
  const named =
    phoneWord.test(lead) ||
    /^\W{0,3}(?:fax|office|home|mobile|cell|work|tel)/i.test(
      text.slice(start + value.length, start + value.length + 12),
    );
  if (named) return digits.length <= 15 && (digits.length >= 7 || /[ \-()]/.test(bare));
  if (digits.length >= 7 && grouped.test(bare) && aloneOnItsLine(text, start, start + value.length)) return true;
  if (digits.length < 8 || digits.length > 13) return false;
  if (
    /^\d{1,3}\.\d+$/.test(bare) ||
    /^(?:[01]\d|2[0-4])[0-5]\d\s?[-\u2010-\u2015]\s?(?:[01]\d|2[0-4])[0-5]\d$/u.test(bare)
  )
    return false;
  const groups = bare.split(/[^\p{Nd}]+/u).filter(Boolean);
  if (groups.length * 2 > digits.length + 1) return false; // "1 2 3 4 5 6 7 8 9" counts
  if (/^\(\d{1,5}\)/.test(bare) && groups.length > 1) return true; // an area code in brackets
  if (groups.length >= 3 && groups.every((group) => group.length <= 5) && /^[(0-9]/.test(bare)) {
    if (/^\d{1,3}(?:[ .]\d{3})+$/.test(bare) && !/^0/.test(bare) && groups[0]!.length < 3) return false; // 1 234 567 is an amount
    return digits.length >= 9 || /^\(?0/.test(bare);
  }
  if (groups.length === 2 && /^\(|^0/.test(bare)) return digits.length >= 8;
  if (groups.length === 1 && !/^0/.test(bare) && digits.length !== 10) return false;
  return countries.some((country) => isValidPhoneNumber(digits, country));
}
