/** Colours have a contrast of at least 4.5 to 1 on their ground, light and dark. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--line:#d5d9e0;--dim:#565d6b;--bad:#b3191f;--good:#17682f;--act:#1b5fad;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ground:#13161b;--card:#1c2027;--line:#363c47;--dim:#a7afbd;--bad:#ff8a85;--good:#6fd58f;--act:#8ab8ff;--on:#13161b}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:80rem;background:var(--ground)}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1rem}
h1{font-size:1.3rem;margin:.2rem 0}h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}h3{font-size:.95rem;margin:0 0 .4rem}
p{margin:.3rem 0}.dim{color:var(--dim)}.bad{color:var(--bad)}.good{color:var(--good)}
.note{border-left:4px solid var(--bad);background:var(--card);padding:.5rem .75rem;overflow-wrap:anywhere}
.note:empty,#said:empty{display:none}
.agents,.columns{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem;margin:1rem 0;align-items:start}
.columns{grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr))}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem;min-width:0}
.chosen{border-color:var(--act);box-shadow:0 0 0 1px var(--act)}
dl{display:grid;grid-template-columns:7.25rem minmax(0,1fr);gap:.1rem .5rem;margin:.5rem 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
meter{display:block;width:100%;height:.5rem}
ul{margin:0;padding:0;list-style:none;max-height:26rem;overflow-y:auto}li{border-top:1px solid var(--line);padding:.4rem 0;overflow-wrap:anywhere}li:first-child{border:0}
pre{margin:.4rem 0 0;padding:.6rem;background:var(--ground);border-radius:.3rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}
button,input{font:inherit;min-height:2.25rem;border-radius:.35rem;border:1px solid var(--line);padding:.25rem .8rem;color:inherit;background:var(--card)}
button{cursor:pointer;margin:.25rem .5rem 0 0}button:disabled{opacity:.55;cursor:default}
.act{color:var(--on);background:var(--act);border-color:var(--act)}.danger{color:var(--bad);border-color:var(--bad)}
dialog .danger:not(:disabled){color:var(--on);background:var(--bad)}
input{width:100%}:focus-visible{outline:3px solid var(--act);outline-offset:2px}
dialog{width:min(30rem,calc(100vw - 2rem));border:1px solid var(--line);border-radius:.5rem;background:var(--card);color:inherit}
dialog::backdrop{background:#0009}
`;
