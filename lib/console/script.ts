/**
 * Runs in the browser. All text is put in as text: nothing of an agent's becomes HTML. A list is drawn again only when what it
 * shows has changed, never between the press and the release of a button, and what had the focus keeps it, so that the page can
 * be used by mouse and keyboard while it is live. What one agent showed goes the moment that another is chosen.
 *
 * @param pause milliseconds from one look to the next
 */
export const script = (pause: number): string => `
const $=(id)=>document.getElementById(id);
const el=(name,props={},...children)=>{const {key,...rest}=props;const node=Object.assign(document.createElement(name),rest);if(key)node.dataset.key=key;node.append(...children);return node};
const drawn=new Map(),drafts=new Map(),dismissed=new Map();
let chosen,known=[],isPressed=false;
function draw(id,data,make){
  const now=JSON.stringify(data);
  if(isPressed||drawn.get(id)===now)return;
  const active=document.activeElement,key=$(id).contains(active)?active.dataset.key:undefined;
  if(key&&active.tagName==='INPUT')return;
  drawn.set(id,now);
  $(id).replaceChildren(...make());
  if(key)[...$(id).querySelectorAll('[data-key]')].find((node)=>node.dataset.key===key)?.focus();
}
function choose(agent){
  if(agent===chosen)return;
  chosen=agent;known=[];
  $('name').textContent=agent||'';
  for(const id of ['grants','requests','refused','learned']){drawn.delete(id);$(id).replaceChildren()}
}
async function post(path,secret,question){
  const headers={'content-type':'application/json',authorization:'Bearer '+secret};
  let answer;
  try{answer=await fetch(path,{method:'POST',headers,body:JSON.stringify(question)})}
  catch{throw new Error('the console has ended: start "airlock console" again')}
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
  if(!said.result)throw new Error(said.command+' gave no answer');
  if(said.result.error)throw new Error(said.result.error);
  return said;
}
const tell=(text,bad)=>{$('said').textContent=text;$('said').className=bad?'bad':'dim'};
const usd=(value)=>'$'+value.toFixed(2);
const short=(text)=>text.length>160?text.slice(0,160)+'... ('+text.length+' letters)':text;
const row=(name,value,bad)=>value===undefined?[]:[el('dt',{textContent:name}),el('dd',{className:bad?'bad':''},value)];
function spent(name,value,limit){
  const text=usd(value)+(limit===undefined?'':' of '+usd(limit));
  return row(name,limit===undefined?text:el('span',{},text,el('meter',{min:0,max:limit,low:limit*.8,high:limit*.999,optimum:0,value,ariaLabel:name+': '+text})),limit!==undefined&&value>=limit);
}
function card(agent){
  const {health,containment,policy,secrets,spend,grants=[],missing=[]}=agent;
  const calls=health&&health.spend,isOpen=containment===undefined||containment==='open';
  return el('section',{className:agent.agent===chosen?'chosen':'',ariaLabel:agent.agent},
    el('h2',{textContent:agent.agent}),
    el('dl',{},...row('state',containment==='open'?'not contained':containment,!isOpen),
      ...row('proxy box',health===null?'silent':health&&(health.isHealthy?'healthy':'not healthy: '+health.reasons.join(', ')),health===null||health&&!health.isHealthy),
      ...row('policy',policy&&(policy.isInForce===null?'unknown':policy.isInForce?'in force':'not yet in force'),policy&&policy.isInForce===false),
      ...row('secrets',secrets&&secrets.set+' set'+(secrets.unset.length?', not set: '+secrets.unset.join(', '):''),secrets&&secrets.unset.length>0),
      ...(calls?[...spent('model, today',calls.dayUsd,calls.dailyUsd),...spent('model, month',calls.monthUsd,calls.monthlyUsd)]:[]),
      ...row('',calls&&calls.isLost?'a part of the sum is lost':undefined,true),
      ...(spend?spent('AWS, month',spend.spentUsd,spend.limitUsd):[]),
      ...row('open grants',grants.length?grants.map((each)=>each.rule).join(', '):undefined),
      ...missing.flatMap((each)=>row('missing',each,true))),
    el('button',{key:'show '+agent.agent,textContent:'Show',ariaLabel:'Show '+agent.agent,ariaPressed:String(agent.agent===chosen),onclick:()=>{choose(agent.agent);look()}}),
    el('button',{key:'contain '+agent.agent,textContent:'Contain',ariaLabel:'Contain '+agent.agent,className:'danger',onclick:()=>confirmContain(agent.agent)}));
}
function confirmContain(agent){
  $('confirm').textContent='Cut '+agent+' off? Its machines stop, and open connections end. Type its name to confirm.';
  $('typed').value='';$('contain').disabled=true;$('dialog').returnValue='';
  $('typed').oninput=()=>{$('contain').disabled=$('typed').value!==agent};
  $('dialog').onclose=()=>{if($('dialog').returnValue==='contain')contain(agent,$('typed').value)};
  $('dialog').showModal();
}
async function contain(agent,confirm){
  tell('containing '+agent+' ...');
  try{
    const {result,command}=await ask('contain',{agent,confirm});
    const all=result.containments||[],isCut=all.length>0&&all.every((each)=>each.isCut);
    tell(command+': '+(isCut?'cut off, confirmed':'NOT confirmed to be cut off: look at the AWS console'),!isCut);
  }catch(error){tell('NOT contained: '+error.message,true)}
  look();
}
const time=(at)=>el('span',{className:'dim',textContent:at.slice(11,19)+' '});
function requestRow(record){
  const no=record.decision==='refuse';
  return el('li',{},time(record.time),el('span',{className:no?'bad':'good',textContent:no?'refused ':'allowed '}),
    short(record.method+' '+record.host+record.path)+' ',el('span',{className:'dim',textContent:(no?record.reason:record.rule)||''}));
}
const act=(what,question)=>async()=>{
  const asked=question();
  try{const {command}=await ask(what,asked);drafts.delete(asked.agent+' '+asked.rule);tell('done: '+command)}catch(error){tell(error.message,true)}
  document.activeElement?.blur();
  look();
};
function grantRow(rule,asked){
  const agent=chosen,id=rule.rule,name=agent+' '+id,isOpen=!rule.shut;
  const state=isOpen?'open until '+new Date(rule.grant.until).toISOString().slice(11,16)+' UTC'+(rule.by?', by '+rule.by:'')
    :asked?'asked for '+asked+(asked===1?' time':' times')+' in 15 minutes':'shut';
  const because=el('input',{key:'because '+id,placeholder:'why it is needed',ariaLabel:'why '+id+' is needed',value:drafts.get(name)||'',oninput:()=>drafts.set(name,because.value)});
  return el('li',{},el('b',{textContent:id+' '}),rule.allows+' ',el('span',{className:asked&&!isOpen?'bad':'dim',textContent:state}),
    ...(isOpen?[el('br'),el('button',{key:'revoke '+id,textContent:'Revoke',ariaLabel:'Revoke '+id,onclick:act('revoke',()=>({agent,rule:id}))})]
      :[because,el('button',{key:'grant '+id,className:'act',textContent:'Grant 15 minutes',ariaLabel:'Grant 15 minutes: '+id,onclick:act('grant',()=>({agent,rule:id,minutes:15,because:drafts.get(name)||''}))}),
        ...(asked?[el('button',{key:'refuse '+id,textContent:'Refuse',ariaLabel:'Refuse '+id,onclick:()=>{dismissed.set(name,Date.now());tell(id+' stays shut');look()}})]:[])]));
}
/** Requests for a rule that needs a grant, since a person last said no on this page. */
function askedFor(records,id){
  const since=dismissed.get(chosen+' '+id)||0;
  return records.filter((each)=>each.decision==='refuse'&&each.rule===id&&each.risk==='high'&&Date.parse(each.time)>since).length;
}
async function details(agent){
  const parts=await Promise.all(['audit','grants','learn'].map((what)=>ask(what,{agent}).catch((error)=>({result:{},problem:error.message}))));
  if(agent!==chosen)return [];
  const [audit,grants,learned]=parts.map((part)=>part.result);
  if(audit.records)known=audit.records.filter((each)=>each.record==='request').reverse();
  const rules=(grants.rules||[]).map((rule)=>[rule,askedFor(known,rule.rule)]).sort((a,b)=>b[1]-a[1]);
  const refused=known.filter((each)=>each.decision==='refuse');
  const proposal=learned.proposal||{};
  const none=(text)=>[el('li',{className:'dim',textContent:text})];
  if(audit.records)draw('requests',known.slice(0,50),()=>known.length?known.slice(0,50).map(requestRow):none('none'));
  if(audit.records)draw('refused',refused.slice(0,50),()=>refused.length?refused.slice(0,50).map(requestRow):none('nothing was refused'));
  if(grants.rules)draw('grants',rules,()=>rules.length?rules.map(([rule,times])=>grantRow(rule,times)):none('no rule of the agent is of high risk'));
  if(learned.proposal)draw('learned',proposal.yaml||[],()=>[(proposal.yaml||[]).map((line)=>'- '+line).join('\\n')||'nothing was refused that a rule could allow']);
  return parts.flatMap((part)=>part.problem||[]);
}
async function look(){
  let problems=[];
  try{
    const {result}=await ask('status');
    const agents=result.agents||[];
    choose(agents.some((each)=>each.agent===chosen)?chosen:agents[0]&&agents[0].agent);
    draw('agents',[chosen,agents.map(({health,...rest})=>[rest,health&&{...health,at:0}])],()=>agents.map(card));
    $('details').hidden=!chosen;
    $('empty').hidden=agents.length>0;
    if(chosen)problems=await details(chosen);
    if(problems.length===0)$('at').textContent='last complete update: '+new Date().toISOString().slice(11,19)+' UTC';
  }catch(error){problems=[error.message]}
  const text=[...new Set(problems)].join('; ');
  if($('problem').textContent!==text)$('problem').textContent=text;
}
async function go(){await signIn().catch(()=>undefined);for(;;){if(!document.hidden)await look();await new Promise((next)=>setTimeout(next,${pause}))}}
$('cancel').onclick=()=>$('dialog').close();
onpointerdown=()=>{isPressed=true};
onpointerup=onpointercancel=oncontextmenu=()=>setTimeout(()=>{isPressed=false});
onhashchange=()=>location.reload();
go();
`;
