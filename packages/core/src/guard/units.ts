/** Currencies and units of time as they are written in many languages. `w*` stands for any further letters. */

/** `\\p{L}` written so often takes long to compile. */
const letters = "[^\\s!-@\\[-`{-~]*";
const expand = (words: string) =>
  words
    .trim()
    .split(/\s*\|\s*/)
    .map((word) => word.replaceAll("w*", letters).replaceAll(" ", "[ \u00a0-]"))
    .join("|");

/** Signs and codes, mapped to one code a currency. Kronor of three countries count as one: a draft seldom says which. */
const money: Record<string, string> = {
  EUR: "€|eur|euros?|eura|eurot|евро|ευρώ|يورو|欧元|歐元|ユーロ|유로|ยูโร",
  USD: "us\\$|\\$|usd|dollars?|dollari|dólar(?:es)?|dolar(?:es|i)?|долларw*|دولار|美元|ドル|달러|ดอลลาร์",
  GBP: "£|gbp|pounds?|quid|pfund|libras?|sterline",
  YEN: "¥|￥|jpy|cny|rmb|yen|yuan|円|元|人民币",
  KR: "kr\\.?|kronor|kroner|krona|krone|kruunua?|sek|nok|dkk",
  CHF: "chf|sfr\\.?|franken|francs? suisses?",
  PLN: "zł|pln|zlotyw*|złotyw*|złotew*",
  CZK: "kč|czk|korun(?:a|y)?",
  HUF: "ft|huf|forint",
  RON: "lei|leu|ron",
  INR: "₹|rs\\.?|inr|rupees?|रुपये|रुपए",
  RUB: "₽|rub|рубw*\\.?",
  UAH: "₴|uah|гривw*|грн\\.?",
  TRY: "₺|try|tl|lira",
  KRW: "₩|krw|원|won",
  ILS: '₪|ils|שקלים|שקל|ש"ח|nis',
  THB: "฿|thb|baht|บาท",
  VND: "₫|vnd|vnđ|đồng|đ",
  IDR: "idr|rp\\.?|rupiah",
  BRL: "r\\$|brl|reais|real",
  AUD: "a\\$|aud",
  CAD: "c\\$|ca\\$|cad",
  CENT: "cents?|ct|pence|¢",
  POINT: "credits?|points?|punkte|puntos|punti",
};

/** Seconds to weeks as hours (h), months and years as months (m), business days apart (b). */
const spans: [base: "h" | "m" | "b", factor: number, words: string][] = [
  [
    "b",
    1,
    "(?:business|working|work|banking) days?|weekdays?|werktagw*|arbeitstagw*|bankarbeitstagw*|bankwerktagw*|jours? ouvrw*|días? (?:hábiles?|laborables?)|dias? úte?i?s|giorn[oi] lavorativ[io]|werkdagw*|arbetsdagw*|vardagar|hverdagw*|virkedagw*|arkipäivw*|dni robocz[ye]w*|pracovnw* dnw*|munkanapw*|zile lucrătoare|рабочw* дн[яеё]w*|робочw* дн[яі]w*|εργάσιμw*(?: ημέρw*)?|iş günüw*|أيام عمل|ימי עסקים|कार्य दिवस|วันทำการ|ngày làm việc|hari kerja|个工作日|個工作日|工作日|营业日|営業日|영업일",
  ],
  ["h", 1 / 3600, "seconds?|secs?|sekundenw*|sekunder?|secondes?|segundos?|second[io]|секундw*|秒钟?"],
  [
    "h",
    1 / 60,
    "minutes?|mins?|minutenw*|minutos?|minut[io]|minuter|minutter|minut[yau]?|хвилинw*|минутw*|λεπτw*|dakika|دقيقة|دقائق|דקות|मिनट|นาที|phút|menit|分钟|分鐘|分間|분",
  ],
  [
    "h",
    1,
    "hours?|hrs?|h|std\\.?|stundenw*|stunde|heures?|horas?|or[ae]|uur|uren|timmar|timme|timer|time|tuntia?|godzinw*|hodinw*|óraw*|or[eă]|час(?:а|ов)?|годинw*|ώρw*|saat|ساعة|ساعات|שעות|שעה|घंटे|ชั่วโมง|giờ|jam|小时|小時|時間|시간",
  ],
  [
    "h",
    24,
    "(?:calendar )?days?|(?:kalender)?tag(?:e|en|es)?|jours?|d[íi]as?|giorn[oi]|dag(?:en|ar|e)?|päivä[äneä]*|dni|dzień|dn[íyůe]|dní|deň|den|nap(?:on|os)?|zile?|дн(?:я|ей|ів|і)|день|ημέρw*|μέρες|gün|يوما?|أيام|ימים|दिन|วัน|ngày|hari|天|日間|日|일",
  ],
  [
    "h",
    168,
    "weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|veckor|vecka|uger?|uker?|viikkow*|tydzień|tygodniw*|týdnw*|týždňw*|hét|hetet|săptămânw*|недел[яьи]w*|тиж[дн]w*|εβδομάδw*|hafta|أسبوعw*|أسابيع|שבועות|हफ्ते|सप्ताह|สัปดาห์|tuần|minggu|周|星期|週間|주",
  ],
  [
    "m",
    1,
    "months?|monate?n?s?|mois|mes|meses|mesi|mese|m[êe]s|maand(?:en)?|månad(?:er)?|måned(?:er)?|kuukauw*|miesi[ąęa]cw*|měsícw*|mesiacw*|hónapw*|lun[iă]|месяцw*|місяцw*|μήν[αεw]*|ay|شهرا?|أشهر|חודשים|महीने|เดือน|tháng|bulan|个月|個月|か月|ヶ月|カ月|개월",
  ],
  ["m", 3, "quarters?|quartale?|trimestres?|trimestr[ei]"],
  [
    "m",
    12,
    "years?|yrs?|jahre?n?s?|ans?|années?|años?|anos?|ann[oi]|jaar|år|vuo[dt]w*|lata?|rok[uy]?|let|év|ani|лет|года?|роки|років|χρόνια|έτη|yıl|سنة|سنوات|שנים|साल|वर्ष|ปี|năm|tahun|年間|年|년",
  ],
];

const compiledMoney = Object.entries(money).map(([code, words]) => ({
  code,
  whole: new RegExp(`^(?:${expand(words)})$`, "iu"),
}));
const compiledSpans = spans.map(([base, factor, words]) => ({
  base,
  factor,
  whole: new RegExp(`^(?:${expand(words)})$`, "iu"),
}));

export const moneyPattern = Object.values(money).map(expand).join("|");
export const spanPattern = spans.map(([, , words]) => expand(words)).join("|");

/** "€" → "EUR" */
export const currencyOf = (text: string): string | undefined =>
  compiledMoney.find(({ whole }) => whole.test(text))?.code;

/** The value in the unit's base: 2 weeks → "h 336", 1 year → "m 12", 3 working days → "b 3". */
export function spanOf(value: number, unit: string): string | undefined {
  const known = compiledSpans.find(({ whole }) => whole.test(unit));
  return known && `${known.base} ${Math.round(value * known.factor * 1e6) / 1e6}`;
}
