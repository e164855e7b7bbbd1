/** Dates in a text as "date 2026-3-4" or, without a year, "date *-3-4"; an ambiguous one is every reading of it. */
import { ascii } from "./numbers.ts";

export type DateFound = { start: number; end: number; readings: string[] };

/**
 * January to December in 31 languages, long and short, alone and inflected beside a day, as CLDR has them. Written out, since
 * asking `Intl` for them takes 400 ms. One may be a word of another language, so a day must stand beside it.
 */
const names12 = [
  "january|jan|januar|janvier|janv|enero|ene|janeiro|gennaio|gen|januari|tammikuu|tammikuuta|tammi|styczeń|stycznia|sty|leden|ledna|led|január|januára|ianuarie|ian|януари|ιανουαρίου|ιαν|sausis|sausio|janvāris|jaanuar|jaan|ocak|oca|январь|января|янв|січень|січня|січ|јануар|јан|يناير|ژانویه|ינואר|ינו׳|जनवरी|जन॰",
  "february|feb|februar|février|févr|febrero|fevereiro|fev|febbraio|februari|helmikuu|helmikuuta|helmi|luty|lutego|lut|únor|února|úno|február|februára|febr|februarie|февруари|φεβρουαρίου|φεβ|vasaris|vasario|februāris|veebruar|veebr|şubat|şub|февраль|февраля|февр|лютий|лютого|лют|фебруар|феб|فبراير|فوریه|פברואר|פבר׳|फ़रवरी",
  "march|mar|märz|mär|mars|marzo|março|maart|mrt|marts|maaliskuu|maaliskuuta|maalis|marzec|marca|březen|března|bře|marec|március|márc|martie|март|μαρτίου|μαρ|kovas|kovo|märts|mart|марта|мар|березень|березня|бер|مارس|מרץ|maret",
  "april|apr|avril|avr|abril|abr|aprile|huhtikuu|huhtikuuta|huhti|kwiecień|kwietnia|kwi|duben|dubna|dub|apríl|apríla|április|ápr|aprilie|април|απριλίου|απρ|balandis|balandžio|aprīlis|aprill|nisan|nis|апрель|апреля|апр|квітень|квітня|квіт|أبريل|آوریل|אפריל|אפר׳|अप्रैल",
  "may|mai|mayo|maio|maggio|mag|mei|maj|toukokuu|toukokuuta|touko|maja|květen|května|kvě|máj|mája|május|май|μαΐου|μαΐ|gegužė|gegužės|maijs|mayıs|мая|травень|травня|трав|мај|مايو|مه|מאי|मई",
  "june|jun|juni|juin|junio|junho|giugno|giu|kesäkuu|kesäkuuta|kesä|czerwiec|czerwca|cze|červen|června|čvn|jún|júna|június|iunie|iun|юни|ιουνίου|ιουν|birželis|birželio|jūnijs|jūn|juuni|haziran|haz|июнь|июня|июн|червень|червня|черв|јун|يونيو|ژوئن|יוני",
  "july|jul|juli|juillet|juil|julio|julho|luglio|lug|heinäkuu|heinäkuuta|heinä|lipiec|lipca|lip|červenec|července|čvc|júl|júla|július|iulie|iul|юли|ιουλίου|ιουλ|liepa|liepos|jūlijs|jūl|juuli|temmuz|tem|июль|июля|июл|липень|липня|лип|јул|يوليو|ژوئیه|יולי",
  "august|aug|août|agosto|ago|augustus|augusti|elokuu|elokuuta|elo|sierpień|sierpnia|sie|srpen|srpna|srp|augusta|augusztus|август|αυγούστου|αυγ|rugpjūtis|rugpjūčio|augusts|ağustos|ağu|августа|авг|серпень|серпня|серп|أغسطس|اوت|אוגוסט|אוג׳|अगस्त|अग॰|agustus|agu",
  "september|sep|sept|septembre|septiembre|setembro|set|settembre|syyskuu|syyskuuta|syys|wrzesień|września|wrz|září|zář|septembra|szeptember|szept|septembrie|септември|σεπτεμβρίου|σεπ|rugsėjis|rugsėjo|septembris|eylül|eyl|сентябрь|сентября|сент|вересень|вересня|вер|септембар|сеп|سبتمبر|سپتامبر|ספטמבר|ספט׳|सितंबर",
  "october|oct|oktober|okt|octobre|octubre|outubro|out|ottobre|ott|lokakuu|lokakuuta|loka|październik|października|paź|říjen|října|říj|október|októbra|octombrie|октомври|οκτωβρίου|οκτ|spalis|spalio|oktobris|oktoober|ekim|eki|октябрь|октября|окт|жовтень|жовтня|жовт|октобар|أكتوبر|اکتبر|אוקטובר|אוק׳|अक्टूबर|अक्टू॰",
  "november|nov|novembre|noviembre|novembro|marraskuu|marraskuuta|marras|listopad|listopada|lis|listopadu|novembra|noiembrie|ноември|νοεμβρίου|νοε|lapkritis|lapkričio|novembris|kasım|kas|ноябрь|ноября|нояб|листопад|листопада|лист|новембар|нов|نوفمبر|نوامبر|נובמבר|נוב׳|नवंबर|नव॰",
  "december|dec|dezember|dez|décembre|déc|diciembre|dic|dezembro|dicembre|desember|des|joulukuu|joulukuuta|joulu|grudzień|grudnia|gru|prosinec|prosince|pro|decembra|decembrie|декември|δεκεμβρίου|δεκ|gruodis|gruodžio|decembris|detsember|dets|aralık|ara|декабрь|декабря|дек|грудень|грудня|груд|децембар|дец|ديسمبر|دسامبر|דצמבר|דצמ׳|दिसंबर",
];
let months: { byName: Map<string, number>; pattern: RegExp; reversed: RegExp } | undefined;

function monthNames() {
  if (months) return months;
  const byName = new Map(names12.flatMap((names, month) => names.split("|").map((name) => [name, month + 1] as const)));
  const names = [...byName.keys()]
    .sort((x, y) => y.length - x.length)
    .map((name) => name.replace(/[.\\]/g, "\\$&"))
    .join("|");
  const day = "(\\p{Nd}{1,2})(?:st|nd|rd|th|er|º|ª|\\.)?";
  const year = "(?:,?\\s?(?:de\\s|del\\s)?((?:19|20)\\p{Nd}{2}))?";
  months = {
    byName,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}])${day}\\s?(?:of\\s|de\\s)?(?<![\\p{L}])(${names})(?![\\p{L}])\\.?${year}(?!\\p{Nd})`,
      "giu",
    ),
    reversed: new RegExp(
      `(?<![\\p{L}])(${names})(?![\\p{L}])\\.?\\s?(?:the\\s)?${day}(?![\\p{N}]|[.:]\\p{Nd})${year}(?!\\p{Nd})`,
      "giu",
    ),
  };
  return months;
}

const iso =
  /(?<![\p{N}\p{L}])((?:19|20)\p{Nd}{2})(?:[-/.]|年\s?)(\p{Nd}{1,2})(?:[-/.]|月\s?)(\p{Nd}{1,2})日?(?!\p{Nd})/gu;
const numeric =
  /(?<![\p{N}\p{L}./-])(\p{Nd}{1,2})([-/.])\s?(\p{Nd}{1,2})\2\s?(\p{Nd}{4}|\p{Nd}{2})(?![\p{N}\p{L}]|[-/.]\p{Nd})/gu;
const eastern = /(?<!\p{Nd})(\p{Nd}{1,2})[月월]\s?(\p{Nd}{1,2})[日일号]/gu;
/** "3/4", "4.3." without a year: only with a slash or a closing dot, and only where both parts can be a date. */
const short = /(?<![\p{N}\p{L}./-])(\p{Nd}{1,2})(?:\/(\p{Nd}{1,2})|\.\s?(\p{Nd}{1,2})\.)(?![\p{N}\p{L}/])/gu;

const possible = (month: number, day: number) => month >= 1 && month <= 12 && day >= 1 && day <= 31;
const name = (year: number | undefined, month: number, day: number) => `${year ?? "*"}-${month}-${day}`;

export function datesIn(text: string): DateFound[] {
  const found: DateFound[] = [];
  const value = (part: string | undefined) => (part === undefined ? Number.NaN : Number(ascii(part)));
  const put = (match: RegExpExecArray, readings: [number | undefined, number, number][]) => {
    const fit = readings
      .filter(([, month, day]) => possible(month, day))
      .map(([year, month, day]) => name(year, month, day));
    if (fit.length > 0)
      found.push({ start: match.index, end: match.index + match[0].length, readings: [...new Set(fit)] });
  };
  if (!/\p{Nd}/u.test(text)) return found;
  for (const match of text.matchAll(iso)) put(match, [[value(match[1]), value(match[2]), value(match[3])]]);
  for (const match of text.matchAll(eastern)) put(match, [[undefined, value(match[1]), value(match[2])]]);
  for (const match of text.matchAll(numeric)) {
    const [a, b, y] = [value(match[1]), value(match[3]), value(match[4])];
    const year = y < 100 ? 2000 + y : y;
    put(
      match,
      match[2] === "."
        ? [[year, b, a]]
        : [
            [year, b, a],
            [year, a, b],
          ],
    );
  }
  const { byName, pattern, reversed } = monthNames();
  const yearOf = (part: string | undefined) => (part === undefined ? undefined : value(part));
  for (const match of text.matchAll(pattern))
    put(match, [[yearOf(match[3]), byName.get(match[2]!.toLowerCase()) ?? 0, value(match[1])]]);
  for (const match of text.matchAll(reversed))
    put(match, [[yearOf(match[3]), byName.get(match[1]!.toLowerCase()) ?? 0, value(match[2])]]);
  for (const match of text.matchAll(short)) {
    const [a, b] = [value(match[1]), value(match[2] ?? match[3])];
    put(
      match,
      match[3] === undefined
        ? [
            [undefined, b, a],
            [undefined, a, b],
          ]
        : [[undefined, b, a]],
    );
  }
  return found;
}
