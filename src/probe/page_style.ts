/**
 * Style of the page of a probe, with the hash by which the page's content security policy admits it and nothing else (a test
 * recomputes it). Does not depend on reports.
 */

/** Hash of `PAGE_STYLE`, in the form of the policy. */
export const PAGE_STYLE_HASH =
  "sha256-TeSuRNdJ+FpVWbPts6bi2SKacyoN8eNus2m2+20t1KU=";

/** Content of the style element. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--line:#8883}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.5rem 2rem;max-width:80rem;font:15px/1.45 system-ui,sans-serif}
h1{margin:0;font-size:1.4rem}
h2{margin:1.4rem 0 .4rem;font-size:1.1rem}
h3{margin:.8rem 0 .3rem;font-size:1rem}
header p{margin:.3rem 0;opacity:.75}
.alert{opacity:1;padding:.5rem .8rem;border:1px solid #d29922;border-left-width:.4rem;border-radius:.4rem}
table{border-collapse:collapse;width:100%}
th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td:nth-child(1),td:nth-child(4){overflow-wrap:normal}
th{white-space:nowrap}
td:nth-child(1){white-space:nowrap}
td:nth-child(3){min-width:14rem}
summary{cursor:pointer;padding:.15rem .3rem;overflow-wrap:anywhere}
summary:hover{background:#8882}
details details,details>p,details>dl{margin:.2rem 0 .2rem 1.6rem}
summary b{display:inline-block;width:1.2rem;text-align:center}
summary span{display:inline-block;min-width:17rem;font-weight:600}
.works{color:#1a7f37}
.partly{color:#9a6700}
.fails{color:#cf222e}
.unknown{color:#6e7781}
.exchange{font-size:.92em}
.warning{color:#9a6700}
dl{margin:.2rem 0}
dt{font-weight:600}
dd{margin:0 0 0 1rem;overflow-wrap:anywhere}
`;
