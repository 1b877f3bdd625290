/** The page's colours, light and dark, and its layout. Plots take their colours from the same variables. */
export const style = `
:root {
  color-scheme: light dark;
  --surface: #ffffff; --page: #f5f6f8; --ink: #1b1f24; --muted: #59636e; --line: #c9d0d8; --grid: #e6e9ed;
  --pass: #1a7f37; --limit: #0860b5; --unknown: #8a5a00; --fail: #b42318; --broken: #6f42c1;
  --pass-bg: #e3f5e8; --limit-bg: #e3effc; --unknown-bg: #fbf0d4; --fail-bg: #fde7e4; --broken-bg: #efe7fb;
  --ok: #4493c9; --undecided: #d99a1c; --failed: #cf3a2b; --fault: #cf3a2b;
  --phase-1: #dfe4ea; --phase-2: #ccd3db;
  --p50: #2f7ebc; --p95: #c77a12; --p99: #8d4bb8;
  --allowed: #e0e5eb; --spent: #2f7ebc;
  --stage-1: #2f7ebc; --stage-2: #e39b2d; --stage-3: #3b9a76; --stage-4: #c65b88; --stage-5: #7a62c0; --stage-6: #7f8a96;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #171b21; --page: #0e1116; --ink: #e6eaef; --muted: #9aa5b1; --line: #3a434d; --grid: #262d35;
    --pass: #5fd080; --limit: #79b8ff; --unknown: #e3b341; --fail: #ff8a7a; --broken: #c8a5ff;
    --pass-bg: #12301c; --limit-bg: #10263f; --unknown-bg: #36290a; --fail-bg: #401a16; --broken-bg: #2c1f47;
    --ok: #4c9bd3; --undecided: #e0ac3f; --failed: #f0685a; --fault: #f0685a;
    --phase-1: #2b333c; --phase-2: #3a434e;
    --p50: #5aaae6; --p95: #e5a04a; --p99: #bd8be0;
    --allowed: #2d353e; --spent: #5aaae6;
    --stage-1: #5aaae6; --stage-2: #e5a84a; --stage-3: #5fbf99; --stage-4: #e085ab; --stage-5: #a48fe6; --stage-6: #98a3af;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; }
h2 { font-size: 1.2rem; margin: 40px 0 12px; }
h3 { font-size: 1rem; margin: 24px 0 8px; }
p { margin: 0 0 12px; }
a { color: var(--limit); }
code { font: 0.88em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.muted, figcaption, caption { color: var(--muted); font-size: 0.875rem; }
caption { text-align: left; padding-bottom: 8px; }
.verdict { display: inline-block; padding: 1px 9px; border-radius: 999px; font-weight: 600; font-size: 0.8rem; white-space: nowrap; }
h1 .verdict { font-size: 1.1rem; padding: 3px 14px; }
.pass { color: var(--pass); background: var(--pass-bg); }
.limit { color: var(--limit); background: var(--limit-bg); }
.unknown { color: var(--unknown); background: var(--unknown-bg); }
.fail { color: var(--fail); background: var(--fail-bg); }
.broken { color: var(--broken); background: var(--broken-bg); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 10px; margin: 20px 0 16px; }
.tiles div { background: var(--surface); border: 1px solid var(--grid); border-radius: 8px; padding: 10px 14px; }
.tiles dt { color: var(--muted); font-size: 0.8rem; }
.tiles dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tiles .alarm dd { color: var(--fail); }
.legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 6px 22px; font-size: 0.875rem; }
.panel { background: var(--surface); border: 1px solid var(--grid); border-radius: 8px; padding: 14px 16px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--limit); outline-offset: 2px; }
figure { margin: 12px 0; }
figure svg { display: block; width: 100%; min-width: 640px; height: auto; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--grid); vertical-align: top; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; }
.matrix { margin: 0; }
.matrix tbody th { padding: 5px; position: sticky; left: 0; background: var(--surface); font-weight: 500; white-space: nowrap; z-index: 1; }
.matrix thead th { font-size: 0.75rem; line-height: 1.25; min-width: 64px; max-width: 96px; }
.matrix thead th { padding: 5px; }
.matrix thead th:first-child { position: sticky; left: 0; background: var(--surface); z-index: 1; }
.matrix td { padding: 4px 5px; vertical-align: middle; }
.matrix .verdict { font-size: 0.72rem; padding: 0 7px; }
.attention { list-style: none; margin: 0; }
.attention > li { padding: 10px 0; border-bottom: 1px solid var(--grid); }
.attention > li:last-child { border: 0; padding-bottom: 0; }
.attention > li:first-child { padding-top: 0; }
.attention ul { margin: 6px 0 0; padding-left: 20px; }
.experiment { background: var(--surface); border: 1px solid var(--grid); border-radius: 8px; margin: 0 0 12px; }
.experiment > summary { cursor: pointer; padding: 12px 16px; }
.experiment > summary strong { margin: 0 6px; overflow-wrap: anywhere; }
.experiment > .inside { padding: 0 16px 16px; border-top: 1px solid var(--grid); padding-top: 12px; }
.nowrap { white-space: nowrap; }
.judgements { list-style: none; margin: 0; padding: 0; }
.judgements li { padding: 5px 0; border-bottom: 1px solid var(--grid); font-size: 0.9rem; }
.panel > details { margin-top: 10px; }
.panel > details:first-child { margin-top: 0; }
.panel > details > summary { cursor: pointer; font-weight: 600; font-size: 0.9rem; }
details details { margin-top: 10px; }
details details > summary { cursor: pointer; font-weight: 600; font-size: 0.9rem; }
pre { margin: 6px 0; padding: 8px 10px; background: var(--page); border-radius: 6px; overflow-x: auto; font: 0.8rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (min-width: 1250px) { .wide { position: relative; left: 50%; transform: translateX(-50%); width: fit-content; min-width: 100%; max-width: calc(100vw - 64px); } }
@media (max-width: 560px) { main { padding: 16px 10px 48px; } .panel, .experiment > .inside { padding-left: 10px; padding-right: 10px; } .matrix tbody th { white-space: normal; max-width: 130px; } }
@media print { body { background: #fff; } .experiment { break-inside: avoid; } }
`;
