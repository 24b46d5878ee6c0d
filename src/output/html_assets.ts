/**
 * Style and script of the result page, with the hashes by which the page's content security policy admits them and nothing else
 * (a test recomputes them). Knows nothing of results.
 */

/** Hash of `HTML_STYLE`, in the form of the policy. */
export const HTML_STYLE_HASH =
  "sha256-03IaZFdpmwOJPblaqgOOyD2h4flq7NXTQ8w1SldC9UQ=";

/** Content of the style element. */
export const HTML_STYLE = `
:root{color-scheme:light dark;--line:#8883;--accent:#1f6feb}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.5rem 2rem;max-width:120rem;font:15px/1.45 system-ui,sans-serif;display:flex;flex-direction:column}
h1{margin:0;font-size:1.4rem}
h2{margin:0 0 .4rem;font-size:1rem}
header p,.closing{margin:.3rem 0;opacity:.75}
.alert{margin:.6rem 0;padding:.5rem .8rem;border:1px solid #d29922;border-left-width:.4rem;border-radius:.4rem}
.incomplete td:first-child::before{content:"\\26a0 ";color:#d29922}
aside{order:1;display:flex;flex-wrap:wrap;gap:1rem 3rem;margin:1rem 0}
main{order:2;min-width:0}
aside ul{list-style:none;margin:0;padding:0 1rem 0 0;max-height:17.2rem;overflow:hidden auto;scrollbar-width:thin}
aside li button,aside li:not(:has(button)){display:grid;grid-template-columns:8rem 14rem 4rem;gap:.6rem;align-items:center;padding:.05rem .3rem;text-align:left}
aside b{font-weight:500;font-variant-numeric:tabular-nums}
aside span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
meter{width:100%;height:.9rem}
meter::-webkit-meter-bar{background:#8882;border:0;border-radius:.2rem}
meter::-webkit-meter-optimum-value{background:var(--accent);border-radius:.2rem}
meter::-moz-meter-bar{background:var(--accent)}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
aside li button:hover,aside button[aria-pressed=true],tbody tr:hover{background:#8882}
.tools{display:flex;gap:1rem;align-items:center;margin:.5rem 0}
input{font:inherit;padding:.3rem .6rem;min-width:16rem;border:1px solid var(--line);border-radius:.4rem}
.scroll{overflow:auto;max-height:80vh;border:1px solid var(--line);border-radius:.4rem}
table{border-collapse:collapse;width:100%}
th,td{padding:.3rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:7rem;max-width:28rem}
th{overflow-wrap:normal;position:sticky;top:0;background:Canvas;box-shadow:0 1px var(--line)}
th button{font-weight:600;text-align:left}
th button::after{content:" \\25b2";opacity:.2}
th[aria-sort] button::after{opacity:1}
th[aria-sort=ascending] button::after{content:" \\25b2"}
th[aria-sort=descending] button::after{content:" \\25bc"}
:focus-visible{outline:2px solid var(--accent)}
`;

/** Hash of `HTML_SCRIPT`, in the form of the policy. */
export const HTML_SCRIPT_HASH =
  "sha256-cWMXohT37xo5p2cSdxHicppmLKttlxmyXul9XawpxnQ=";

/** Content of the script element: sorting by clicks on headings, filtering by words and by bars. */
export const HTML_SCRIPT = `
"use strict";
const body = document.querySelector("#matches tbody");
const heads = [...document.querySelectorAll("#matches th")];
const filter = document.getElementById("filter");
const shown = document.getElementById("shown");
const rows = [...body.rows];
const texts = rows.map((row) => row.textContent.toLowerCase());
const compare = new Intl.Collator(undefined, { numeric: true }).compare;

let picked;

function show() {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, index) => {
    row.hidden = !(words.every((word) => texts[index].includes(word)) &&
      (!picked || holds(row.cells[picked.dataset.column], picked.dataset.value)));
    if (!row.hidden) count++;
  });
  shown.value = count + " of " + rows.length;
}

function holds(cell, value) {
  return cell.textContent.split(/, | \\| /).some((one) =>
    one === value || one.startsWith(value + "-") && /^[\\d-]+$/.test(one)
  );
}

heads.forEach((head, column) =>
  head.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keyed = rows.map((row) => [row.cells[column].textContent, row]);
    keyed.sort(([a], [b]) => (!a - !b) || (down ? compare(b, a) : compare(a, b)));
    for (const [, row] of keyed) body.append(row);
  })
);
filter.addEventListener("input", show);
const bars = [...document.querySelectorAll("[data-column]")];
bars.forEach((bar) =>
  bar.addEventListener("click", () => {
    picked = picked === bar ? undefined : bar;
    bars.forEach((other) => other.setAttribute("aria-pressed", other === picked));
    show();
  })
);
show();
`;
