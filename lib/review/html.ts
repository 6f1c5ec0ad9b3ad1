import { escaped, htmlPage } from '../html-page';
import type { AgentReview } from './agent-review';
import { headline, minute, sectionsOf } from './sections';

/** The plotting library, as texts to put into the page. */
export interface PlotLibrary {
  readonly script: string;
  readonly style: string;
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--refused:#cc2222;--allowed:#2277aa}
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:64rem}
h1{font-size:1.4rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}h3{font-size:1rem;margin-bottom:.3rem}
.list{border-collapse:collapse;width:100%}
.list th,.list td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.list td{overflow-wrap:anywhere;min-width:6rem}.list th{font-weight:600;white-space:nowrap}
.note{opacity:.75}nav a{margin-right:1rem}.u-legend{font-size:13px}
@media(max-width:40rem){.list tr:first-child{display:none}.list tr,.list td{display:block;border:0}.list tr{border-bottom:1px solid var(--line);padding:.4rem 0}
.list td{display:grid;grid-template-columns:6rem 1fr;padding:.1rem 0}.list td::before{content:attr(data-head);opacity:.75}}
`;

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
      `<h1>${escaped(title)}</h1>`,
      links.length > 1 ? `<nav>${links.join('')}</nav>` : '',
      ...reviews.map(agentHtml),
    ].join('\n'),
  });
}

function agentHtml(review: AgentReview, index: number): string {
  const { days } = review;
  const columns = [
    days.map(({ day }) => Date.parse(day) / 1000),
    days.map(({ allowed }) => allowed),
    days.map(({ refused }) => refused),
  ];
  return [
    `<h2 id="a${index}">${escaped(review.agent)}</h2>`,
    `<p>${escaped(`${minute(review.from)} to ${minute(review.to)} UTC: ${headline(review)}.`)}</p>`,
    `<script type="application/json" id="d${index}">${JSON.stringify(columns)}</script>`,
    `<div data-plot="d${index}" role="img" aria-label="requests a day, allowed and refused"></div>`,
    ...sectionsOf(review).map(({ title, head, rows, note }) =>
      [
        `<h3>${escaped(title)}</h3>`,
        rows.length > 0
          ? `<table class="list"><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>${rows.map((row) => `<tr>${row.map((cell, column) => `<td data-head="${escaped(head[column] ?? '')}">${escaped(cell)}</td>`).join('')}</tr>`).join('')}</table>`
          : '',
        note ? `<p class="note">${escaped(note)}</p>` : '',
      ].join(''),
    ),
  ].join('\n');
}
