import { escaped, htmlPage } from '../html-page';
import type { AgentReview } from './agent-review';
import { figuresOf, minute, type Section, sectionsOf } from './sections';

/** The plotting library, as texts to put into the page. */
export interface PlotLibrary {
  readonly script: string;
  readonly style: string;
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--line:#d5d9e0;--dim:#565d6b;--refused:#b3191f;--allowed:#1b5fad}
@media(prefers-color-scheme:dark){:root{--ground:#13161b;--card:#1c2027;--line:#363c47;--dim:#a7afbd;--refused:#ff8a85;--allowed:#8ab8ff}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:64rem;background:var(--ground)}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.2rem;margin:0;overflow-wrap:anywhere}h3{font-size:1rem;margin:1.6rem 0 .3rem}
section{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem;margin:1rem 0;min-width:0}
.note,dt,.list th{color:var(--dim)}p{margin:.3rem 0}a{color:var(--allowed)}nav a{display:inline-block;padding:.35rem 1rem .35rem 0}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin:1rem 0}dd{margin:0;font-size:1.35rem;font-weight:600}
.list{border-collapse:collapse;width:100%}.list tr{border-top:1px solid var(--line)}.list tr:first-child{border:0}
.list th,.list td{text-align:left;padding:.3rem .75rem .3rem 0;vertical-align:top}
.list td{overflow-wrap:anywhere;min-width:6rem}.list th{font-weight:500;white-space:nowrap}.u-legend{font-size:13px}
@media(max-width:40rem){.list,.list tbody{display:block}.list tr{display:block;padding:.4rem 0}.list tr:first-child{display:none}.list tr:nth-child(2){border:0}
.list td{display:grid;grid-template-columns:5.5rem minmax(0,1fr);padding:.1rem 0}.list td:empty{display:none}.list td::before{content:attr(data-head);color:var(--dim)}
.list.one td{display:block}.list.one td::before{display:none}}
@media print{section{break-inside:avoid-page;border:0}}
`;

/** The longest cell: an agent may ask for a path of 2,048 letters. */
const CELL = 240;

/** Draws each plot again when its place changes its width. */
const DRAW = `
const style=getComputedStyle(document.documentElement),colour=(name)=>style.getPropertyValue(name).trim();
for(const place of document.querySelectorAll('[data-plot]')){
  const data=JSON.parse(document.getElementById(place.dataset.plot).textContent);
  const series=(label,name)=>({label,stroke:colour(name),fill:colour(name)+'55',width:1,paths:uPlot.paths.bars({size:[.7,60]}),points:{show:false}});
  const text=getComputedStyle(document.body).color,axis={stroke:text,grid:{stroke:colour('--line')},ticks:{stroke:colour('--line')}};
  const plot=new uPlot({width:place.clientWidth,height:200,tzDate:(at)=>uPlot.tzDate(new Date(at*1e3),'Etc/UTC'),
    scales:{x:{range:(_,from,to)=>[from-43200,to+43200]}},legend:{live:false},cursor:{show:false},
    axes:[{...axis,incrs:[86400,172800,604800],space:70,values:(_,all)=>all.map((at)=>new Date(at*1e3).toISOString().slice(5,10))},axis],
    series:[{label:'day'},series('allowed','--allowed'),series('refused','--refused')]},data,place);
  new ResizeObserver(()=>plot.setSize({width:place.clientWidth,height:200})).observe(place);
}
`;

/** The review of all agents as one file: no script, style or picture comes from elsewhere. */
export function reviewHtml(
  stack: string,
  reviews: readonly AgentReview[],
  { script, style }: PlotLibrary,
): string {
  const title = `${stack}: what its agents did`;
  const links = reviews.map(({ agent }, index) => `<a href="#a${index}">${escaped(agent)}</a>`);
  return htmlPage({
    title,
    styles: [style, STYLE],
    scripts: [script, DRAW],
    body: [
      `<header><h1>${escaped(title)}</h1>`,
      links.length > 1 ? `<nav aria-label="agents">${links.join('')}</nav>` : '',
      '</header><main>',
      ...reviews.map(agentHtml),
      '</main>',
    ].join('\n'),
  });
}

function agentHtml(review: AgentReview, index: number): string {
  return [
    `<section aria-labelledby="a${index}"><h2 id="a${index}">${escaped(review.agent)}</h2>`,
    `<p class="note">${escaped(`${minute(review.from)} to ${minute(review.to)} UTC`)}</p>`,
    `<dl>${figuresOf(review)
      .map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`)
      .join('')}</dl>`,
    review.requests > 0 ? plotHtml(review, index) : '',
    ...sectionsOf(review).map(sectionHtml),
    '</section>',
  ].join('\n');
}

function plotHtml({ days }: AgentReview, index: number): string {
  const columns = [
    days.map(({ day }) => Date.parse(day) / 1000),
    days.map(({ allowed }) => allowed),
    days.map(({ refused }) => refused),
  ];
  return [
    `<script type="application/json" id="d${index}">${JSON.stringify(columns)}</script>`,
    `<div data-plot="d${index}" role="img" aria-label="requests a day, allowed and refused"></div>`,
  ].join('\n');
}

function sectionHtml({ title, head, rows, note }: Section): string {
  const cells = (row: readonly string[]) =>
    row.map(
      (cell, column) => `<td data-head="${escaped(head[column] ?? '')}">${escaped(shortened(cell))}</td>`,
    );
  const table = [
    `<table class="list${head.length === 1 ? ' one' : ''}">`,
    `<tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr>`,
    ...rows.map((row) => `<tr>${cells(row).join('')}</tr>`),
    '</table>',
  ];
  return [
    `<h3>${escaped(title)}</h3>`,
    ...(rows.length > 0 ? table : []),
    note ? `<p class="note">${escaped(note)}</p>` : '',
  ].join('');
}

function shortened(text: string): string {
  return text.length > CELL ? `${text.slice(0, CELL)}... (${text.length} letters)` : text;
}
