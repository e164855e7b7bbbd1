/** The page's looks, within itself: it is a file that people send each other. */
export const style = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f5f6f8;--edge:#d9dde3;--ink:#1a1f27;--quiet:#59626f;--good:#1d7a45;--good-soft:#e6f4ec;--some:#6b4700;--some-soft:#fff3d6}
@media (prefers-color-scheme:dark){:root{--ground:#16191e;--raised:#20242b;--edge:#3a404a;--ink:#e6e9ee;--quiet:#a3abb8;--good:#6fd39b;--good-soft:#173524;--some:#f0c96a;--some-soft:#3a2f12}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 16px 64px;max-width:1080px;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
h1{font-size:26px;margin:0 0 8px}h2{font-size:18px;margin:32px 0 8px}h3{font-size:12px;font-weight:600;margin:0 0 4px;color:var(--quiet)}
.quiet{color:var(--quiet);font-size:13px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:20px 0}
.figures div{padding:14px 16px;border:1px solid var(--edge);border-radius:8px;background:var(--raised)}
.figures b{display:block;font-size:28px;line-height:1.2;font-variant-numeric:tabular-nums}.figures span{color:var(--quiet);font-size:13px}
table{border-collapse:collapse}th,td{text-align:left;padding:4px 24px 4px 0;border-bottom:1px solid var(--edge)}td:last-child{font-variant-numeric:tabular-nums}
fieldset{border:0;padding:0;margin:0 0 12px;display:flex;flex-wrap:wrap;gap:4px 18px}legend{float:left;margin-right:14px;color:var(--quiet)}
article{border:1px solid var(--edge);border-radius:8px;margin:0 0 14px;padding:12px 16px}
article header{display:flex;justify-content:space-between;gap:12px;flex-wrap:wrap}
.verdict{font-size:13px;font-weight:600;padding:1px 10px;border-radius:99px;background:var(--raised)}
.accepted .verdict{background:var(--good-soft);color:var(--good)}.edited .verdict{background:var(--some-soft);color:var(--some)}
blockquote{margin:10px 0;padding:2px 12px;border-left:3px solid var(--edge);color:var(--quiet);white-space:pre-wrap;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:16px}.pair p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.pair>div{background:var(--raised);border-radius:6px;padding:10px 12px;min-width:0}.pair ul{margin:8px 0 0;padding:0;list-style:none;font-size:13px;color:var(--quiet)}
@media (max-width:700px){.pair{grid-template-columns:1fr}}
.turns:has(#accepted:checked) article:not(.accepted),.turns:has(#edited:checked) article:not(.edited),.turns:has(#other:checked) article:not(.other),.turns:has(#none:checked) article:not(.none){display:none}
@media print{fieldset{display:none}article{break-inside:avoid}}
`;
