import { escaped, htmlPage } from '../html-page';

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--bad:#c22;--good:#283}
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:72rem}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin:0}h3{font-size:1rem;margin:1rem 0 .3rem}
.agents{display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem}
.agents section{border:1px solid var(--line);border-radius:.5rem;padding:.75rem}.chosen{outline:2px solid #27a}
dl{display:grid;grid-template-columns:6rem 1fr;margin:.5rem 0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
ul{padding:0;list-style:none}li{border-bottom:1px solid var(--line);padding:.3rem 0;overflow-wrap:anywhere}
.bad{color:var(--bad)}.good{color:var(--good)}.dim{opacity:.7}pre{overflow-x:auto;background:#8882;padding:.5rem}
button{font:inherit;padding:.25rem .75rem;margin-right:.5rem}.danger{color:#fff;background:var(--bad);border:0;border-radius:.3rem}
input{font:inherit;max-width:100%}dialog{max-width:32rem}@media(max-width:40rem){li button{margin-top:.3rem}}
`;

/** All text is put in as text: nothing of an agent's becomes HTML. */
const SCRIPT = `
const $=(id)=>document.getElementById(id);
const el=(name,props={},...children)=>{const node=Object.assign(document.createElement(name),props);node.append(...children);return node};
let chosen,stopped=false;
async function post(path,secret,question){
  const headers={'content-type':'application/json',authorization:'Bearer '+secret};
  const answer=await fetch(path,{method:'POST',headers,body:JSON.stringify(question)});
  const said=await answer.json();
  if(!answer.ok)throw new Error(said.error);
  return said;
}
async function signIn(){
  const token=location.hash.slice(1);
  if(token==='')return;
  history.replaceState(null,'','/');
  localStorage.setItem('session',(await post('/session',token,{})).session);
}
async function ask(what,question={}){
  const said=await post('/run/'+what,localStorage.getItem('session'),question);
  if(said.result&&said.result.error)throw new Error(said.result.error);
  return said;
}
const tell=(text,bad)=>{$('said').textContent=text;$('said').className=bad?'bad':'dim'};
const row=(name,value,bad)=>value===undefined?[]:[el('dt',{textContent:name}),el('dd',{textContent:value,className:bad?'bad':''})];
function card(agent){
  const {health,containment,policy,secrets,spend,grants=[],missing=[]}=agent;
  const ill=health===null||health&&!health.isHealthy;
  return el('section',{className:agent.agent===chosen?'chosen':''},
    el('h2',{textContent:agent.agent}),
    el('dl',{},...row('state',containment,containment&&containment!=='open'),
      ...row('proxy box',health===null?'silent':health&&(health.isHealthy?'healthy':'not healthy'),ill),
      ...row('policy',policy&&(policy.isInForce===null?'unknown':policy.isInForce?'in force':'not yet in force'),policy&&policy.isInForce===false),
      ...row('secrets',secrets&&secrets.set+' set'+(secrets.unset.length?', not set: '+secrets.unset.join(', '):'')),
      ...row('spend',spend&&'$'+spend.spentUsd.toFixed(2)+' of $'+spend.limitUsd.toFixed(2)),
      ...row('open grants',grants.length?grants.map((each)=>each.rule).join(', '):undefined),
      ...missing.flatMap((each)=>row('missing',each,true))),
    el('button',{textContent:'Show',onclick:()=>{chosen=agent.agent;look()}}),
    el('button',{textContent:'Contain',className:'danger',onclick:()=>confirmContain(agent.agent)}));
}
function confirmContain(agent){
  $('confirm').textContent='Cut '+agent+' off? Its machines stop, and open connections end. Type its name.';
  $('typed').value='';$('dialog').returnValue='';$('dialog').showModal();
  $('dialog').onclose=async()=>{
    if($('dialog').returnValue!=='contain')return;
    tell('containing '+agent+' ...');
    try{const {result,command}=await ask('contain',{agent,confirm:$('typed').value});
      const cut=(result.containments||[]).every((each)=>each.isCut);
      tell(command+': '+(cut?'cut off, confirmed':'NOT confirmed to be cut off'),!cut)}catch(error){tell(error.message,true)}
    look();
  };
}
function requestRow(record){
  const no=record.decision==='refuse';
  return el('li',{},el('span',{className:'dim',textContent:record.time.slice(11,19)+' '}),
    el('span',{className:no?'bad':'good',textContent:no?'refused ':'allowed '}),
    record.method+' '+record.host+record.path+' ',el('span',{className:'dim',textContent:no?record.reason||'':record.rule||''}));
}
function grantRow(agent,rule,asked){
  const open=!rule.shut;
  const act=(what,more)=>async()=>{try{const {command}=await ask(what,{agent,rule:rule.rule,...more()});tell('done: '+command)}catch(error){tell(error.message,true)}look()};
  const because=el('input',{placeholder:'because ...',ariaLabel:'why',value:drafts.get(rule.rule)||'',oninput:()=>drafts.set(rule.rule,because.value)});
  return el('li',{},el('b',{textContent:rule.rule+' '}),rule.allows+' ',
    el('span',{className:'dim',textContent:open?'open until '+new Date(rule.grant.until).toLocaleTimeString()+', '+(rule.by||''):asked?'asked for '+asked+' times in 15 minutes':'shut'}),el('br'),
    ...(open?[el('button',{textContent:'Revoke',onclick:act('revoke',()=>({}))})]
      :[because,el('button',{textContent:'Grant 15 minutes',onclick:act('grant',()=>({minutes:15,because:because.value}))})]));
}
const drafts=new Map();
async function look(){
  try{
    const {result}=await ask('status');
    const agents=result.agents||[];
    chosen=agents.some((each)=>each.agent===chosen)?chosen:agents[0]&&agents[0].agent;
    $('agents').replaceChildren(...agents.map(card));
    if(!chosen)return;
    const [audit,grants,learned]=await Promise.all(['audit','grants','learn'].map((what)=>ask(what,{agent:chosen}).catch((error)=>({result:{},problem:error.message}))));
    const records=(audit.result.records||[]).filter((each)=>each.record==='request').reverse();
    const asked=(id)=>records.filter((each)=>each.decision==='refuse'&&each.rule===id&&each.risk==='high').length;
    $('name').textContent=chosen;
    $('requests').replaceChildren(...records.slice(0,50).map(requestRow));
    if(!$('grants').contains(document.activeElement)||document.activeElement.tagName!=='INPUT')
      $('grants').replaceChildren(...(grants.result.rules||[]).map((rule)=>[rule,asked(rule.rule)]).sort((a,b)=>b[1]-a[1]).map(([rule,times])=>grantRow(chosen,rule,times)));
    $('learned').textContent=((learned.result.proposal||{}).yaml||[]).map((line)=>'- '+line).join('\\n')||'nothing was refused that a rule could allow';
    const problem=[audit,grants,learned].find((each)=>each.problem);
    if(problem)tell(problem.problem,true);
  }catch(error){tell(error.message,true)}
}
async function go(){await signIn().catch((error)=>tell(error.message,true));for(;;){if(!document.hidden)await look();await new Promise((next)=>setTimeout(next,5000))}}
onhashchange=()=>location.reload();
go();
`;

const BODY = `<main><div id="agents" class="agents"></div><p id="said" class="dim" role="status"></p>
<h2 id="name"></h2>
<h3>High-risk rules</h3><ul id="grants"></ul>
<h3>Requests of the last 15 minutes</h3><ul id="requests"></ul>
<h3>Rules that would allow what was refused in the last hour</h3><p class="dim">The agent chose these requests. Put a rule into the agent's file only when you know why it is needed.</p><pre id="learned"></pre>
<dialog id="dialog"><form method="dialog"><p id="confirm"></p><p><input id="typed" autocomplete="off" aria-label="the agent's name"></p>
<button value="cancel">Cancel</button><button class="danger" value="contain">Contain</button></form></dialog></main>`;

/** The page of the console: agents, requests, refusals, grants, containment. */
export function consolePage(stack: string): string {
  return htmlPage({
    title: `${stack}: console`,
    styles: [STYLE],
    scripts: [SCRIPT],
    body: `<h1>${escaped(stack)}</h1>${BODY}`,
    policy: ["connect-src 'self'"],
  });
}
