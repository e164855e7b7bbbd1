/** One page to look at: each draft beside the reply really sent. It loads nothing, and sends nothing. */
import { escaped } from "./escape.ts";
import type { DryRun, Turn } from "./run.ts";
import { style } from "./style.ts";

const percent = (share: number) => `${Math.round(share * 100)} %`;
const dollars = (usd: number | null) =>
  usd === null ? "price not known" : `$${usd < 10 ? usd.toFixed(2) : Math.round(usd)}`;

const words: Record<NonNullable<Turn["verdict"]> | NonNullable<Turn["why"]>, string> = {
  accepted: "Sent as drafted",
  edited: "Sent with changes",
  other: "Wrote their own",
  closing: "A goodbye: no draft",
  nothing: "Nothing to say: no draft",
  failed: "The model failed",
};

export function page(run: DryRun, file: string, madeAt: string): string {
  const { learnt, turns, share, retained, gaps, cost } = run;
  const figures: [value: string, label: string][] = [
    [percent(share.drafted), "of replies had a draft"],
    [retained === null ? "–" : percent(retained), "of a draft’s words stand in the reply, on average"],
    [percent(share.accepted + share.edited), "of replies were the draft, as it was or edited"],
    [String(gaps.reduce((sum, { count }) => sum + count, 0)), "questions that no article answers"],
  ];
  const kinds = ["accepted", "edited", "other"] as const;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Cuecard: dry run of ${escaped(file)}</title><style>${style}</style></head><body>
<header><h1>Dry run</h1>
<p>What Cuecard would have drafted for the last ${turns.length} replies in <b>${escaped(file)}</b>, beside what was really sent.
It learnt from the ${learnt.conversations} conversations before them (${learnt.replies} replies) and ${learnt.articles} articles.
Written by: ${escaped(run.engine)}. Made ${escaped(madeAt)}.</p>
<p class="quiet">The reps never saw these drafts, and wrote as they would have anyway: the share that is kept is a floor, not a forecast.</p></header>
<section class="figures">${figures.map(([value, label]) => `<div><b>${value}</b><span>${label}</span></div>`).join("")}</section>
<section><h2>What it would cost</h2>${costTable(cost)}</section>
${
  gaps.length === 0
    ? ""
    : `<section><h2>Questions without a policy</h2><ol>${gaps
        .slice(0, 30)
        .map(
          ({ question, count }) =>
            `<li>${escaped(cut(question))}${count > 1 ? ` <span class="quiet">× ${count}</span>` : ""}</li>`,
        )
        .join("")}</ol>${gaps.length > 30 ? `<p class="quiet">and ${gaps.length - 30} more</p>` : ""}</section>`
}
<section class="turns"><h2>Draft and reply</h2>
<fieldset><legend>Show</legend>
<label><input type="radio" name="show" id="all" checked> all ${turns.length}</label>
${kinds.map((kind) => `<label><input type="radio" name="show" id="${kind}"> ${words[kind].toLowerCase()} (${turns.filter(({ verdict }) => verdict === kind).length})</label>`).join("\n")}
<label><input type="radio" name="show" id="none"> no draft (${turns.filter(({ draft }) => draft === "").length})</label></fieldset>
${turns.map(card).join("\n")}
</section></body></html>
`;
}

function card({ conversationId, asked, sent, draft, why, verdict, retained, citations, gap }: Turn): string {
  const label = words[verdict ?? why ?? "nothing"];
  return `<article class="${verdict ?? "none"}"><header><span class="verdict">${label}</span>
<span class="quiet">${retained === null ? "" : `${percent(retained)} kept · `}${gap ? "no policy · " : ""}${escaped(conversationId)}</span></header>
<blockquote dir="auto">${escaped(cut(asked, 1_200))}</blockquote>
<div class="pair"><div><h3>Cuecard’s draft</h3><p dir="auto">${draft === "" ? `<i>${label}</i>` : escaped(draft)}</p>${citations.length === 0 ? "" : `<ul>${citations.map(({ n, title, quote }) => `<li>[${n}] <b>${escaped(title)}</b> ${escaped(cut(quote, 200))}</li>`).join("")}</ul>`}</div>
<div><h3>Really sent</h3><p dir="auto">${escaped(cut(sent, 3_000))}</p></div></div></article>`;
}

function costTable({ measured, per1000, tokensIn, tokensOut }: DryRun["cost"]): string {
  const rows = per1000.map(({ model, usd }) => `<tr><td>${escaped(model)}</td><td>${dollars(usd)}</td></tr>`).join("");
  const own = measured ? "" : "<tr><td>embedded engine (no language model)</td><td>$0.00</td></tr>";
  return `<table><thead><tr><th>model</th><th>for 1,000 conversations</th></tr></thead><tbody>${own}${rows}</tbody></table>
<p class="quiet">A draft and a summary for each turn of a customer. ${measured ? "Measured" : "Reckoned at four characters a token"}: ${tokensIn.toLocaleString("en")} tokens in, ${tokensOut.toLocaleString("en")} out for the replies below${measured ? "" : "; a model that thinks before it writes takes more"}.</p>`;
}

const cut = (text: string, most = 300) => (text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`);
