import { sharing } from '../../proof/proof';
import { LEGITIMATE } from '../../report';
import { request, secure, TOKEN, tunnel } from './attempt';
import { parsePolicy } from './policy';
import { type Allowed, allowedBy } from './target';
import type { Use, UseSeen, UseStep } from './use';
import type { Exchange, Reply } from './wire';

export interface AgentPolicy {
  readonly agent: string;
  /** Address of its proxy box. */
  readonly own: string;
  readonly policy: string;
}

const MiB = 1 << 20;
const DOWNLOAD = 200 * MiB;
const UPLOAD = 20 * MiB;
const EVENTS = 16;

type NewUse = (title: string, run: readonly UseStep[], fault: Use['fault'], saw?: Use['saw']) => Use;

/** Everything that each agent's policy allows, and requests that take long, are large or come in parts. */
export function legitimateUses(agents: readonly AgentPolicy[]): Use[] {
  let number = 100;
  return agents.flatMap((each) => {
    const shared = {
      law: LEGITIMATE,
      group: LEGITIMATE,
      mustFailIn: ['stopped'],
      agent: each.agent,
    } as const;
    const use: NewUse = (title, run, fault, saw) => {
      number += 1;
      return sharing<Use>({ ...shared, fault, saw })(`Y${number}`, `${each.agent}: ${title}`, run);
    };
    return usesOf(each, use);
  });
}

function usesOf(agent: AgentPolicy, use: NewUse): Use[] {
  const policy = parsePolicy(agent.policy);
  const allowed = allowedBy(policy);
  const rules = allowed.filter(({ signed }) => !signed);
  const get =
    rules.find(({ method, secrets }) => method === 'GET' && secrets.length > 0) ??
    rules.find(({ method }) => method === 'GET');
  const write = rules.find(
    ({ host, method, bodyLimit = UPLOAD }) =>
      host !== 'github.com' && !['GET', 'HEAD'].includes(method) && bodyLimit >= UPLOAD,
  );
  const signed = allowed.find((rule) => rule.signed);
  return [
    ...rules.flatMap((rule) => [
      ruleWorks(agent, rule, 'names', use),
      ...(policy.connect ? [ruleWorks(agent, rule, 'CONNECT', use)] : []),
    ]),
    ...rules.slice(0, 1).flatMap(({ host }) => resolves(agent, host, use)),
    ...(get === undefined ? [] : [speaksHttp2(agent, get, use)]),
    ...(signed === undefined ? [] : [signs(agent, signed, use)]),
    ...(get === undefined ? [] : [downloads(agent, get, use), streams(agent, get, use)]),
    ...(write === undefined ? [] : [uploads(agent, write, use)]),
    ...clones(policy, use),
    ...installs(policy, use),
  ];
}

function asked(
  agent: AgentPolicy,
  rule: Allowed,
  text: string | Exchange['send'],
  rest: Partial<Exchange> = {},
) {
  return secure(agent, rule.host, text, { trust: true, ...rest });
}

function ruleWorks(agent: AgentPolicy, rule: Allowed, how: 'names' | 'CONNECT', use: NewUse): Use {
  const { host, method, path, secrets } = rule;
  // Every rule on JSON bodies accepts an object without fields.
  const body = ['GET', 'HEAD', 'DELETE'].includes(method) ? '' : '{}';
  const text = request(method, path, host, { body, headers: ['Content-Type: application/json'] });
  const step =
    how === 'names' ? asked(agent, rule, text) : tunnel(agent, `${host}:443`, host, text, { trust: true });
  return use(
    `${method} ${host}${path} by ${how}${secrets.length > 0 ? ', with its secret' : ''}`,
    [step],
    (seen) => ruleFault(seen, rule, how === 'CONNECT' ? 2 : 1),
  );
}

/** @param answers that must come back */
function ruleFault({ replies: [reply], arrivals }: UseSeen, rule: Allowed, answers: number) {
  const arrival = arrivals.find(
    ({ tls, method, host }) => tls && method === rule.method && host.replace(/:443$/, '') === rule.host,
  );
  if (arrival === undefined) return `nothing arrived (${wordsOf(reply)})`;
  const came = arrival.secrets.map(({ id }) => id).sort();
  if (came.join() !== [...rule.secrets].sort().join()) return `it arrived with ${came.join() || 'no secret'}`;
  if ((reply?.leaks.length ?? 0) > 0) return 'the agent saw the value';
  return reply?.statuses.length === answers ? undefined : `no answer came back (${wordsOf(reply)})`;
}

function speaksHttp2(agent: AgentPolicy, rule: Allowed, use: NewUse): Use {
  const { method, host, path } = rule;
  return use(
    `${method} ${host}${path} by a client that offers HTTP/2`,
    [{ ordinary: { to: agent.own, host, method, path, headers: { 'x-lab': TOKEN }, body: '' } }],
    (seen) => ruleFault(seen, rule, 1),
    ({ replies: [reply] }) =>
      reply?.protocol === 'h2'
        ? 'the proxy box speaks HTTP/2'
        : 'the proxy box offers HTTP/1.1 alone, and serves it',
  );
}

function signs(agent: AgentPolicy, rule: Allowed, use: NewUse): Use {
  const { host, method, path } = rule;
  const headers = [
    'Content-Type: application/json',
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=PLACEHOLDER/20260101/${host.split('.')[1]}/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  ];
  return use(
    `${method} ${host}${path.slice(0, 40)} signed by the box's own role`,
    [asked(agent, rule, request(method, path, host, { body: '{}', headers }))],
    ({ replies: [reply], arrivals: [arrival] }) =>
      arrival === undefined ? `nothing arrived (${wordsOf(reply)})` : undefined,
  );
}

function downloads(agent: AgentPolicy, rule: Allowed, use: NewUse): Use {
  const text = request('GET', `${rule.path}?lab=bytes:${DOWNLOAD}`, rule.host);
  return use(
    'downloads 200 MB',
    [asked(agent, rule, text, { patience: 20_000, quiet: 10_000 })],
    ({ replies: [reply] }) =>
      (reply?.bytes ?? 0) > DOWNLOAD ? undefined : `${reply?.bytes ?? 0} bytes came (${wordsOf(reply)})`,
  );
}

function uploads(agent: AgentPolicy, rule: Allowed, use: NewUse): Use {
  const headers = ['Content-Type: application/json', `Content-Length: ${UPLOAD}`];
  const text = `${request(rule.method, rule.path, rule.host, { headers })}{}`;
  return use(
    'uploads 20 MB',
    [asked(agent, rule, [text, { fill: UPLOAD - 2, with: 'spaces' }], { patience: 20_000 })],
    ({ replies: [reply], arrivals: [arrival] }) =>
      arrival?.bytes === UPLOAD ? undefined : `${arrival?.bytes ?? 0} bytes arrived (${wordsOf(reply)})`,
  );
}

function streams(agent: AgentPolicy, rule: Allowed, use: NewUse): Use {
  const text = request('GET', `${rule.path}?lab=events:${EVENTS}`, rule.host);
  return use(
    'server-sent events come as they are sent',
    [asked(agent, rule, text, { quiet: 3_000, patience: 10_000 })],
    // The server sends one every 150 ms. A buffer in between would deliver them all at once; a slow start costs some of the time.
    ({ replies: [reply] }) => {
      const times = reply?.times ?? [];
      const spread = (times.at(-1) ?? 0) - (times[0] ?? 0);
      if (!reply?.body.includes(`"n":${EVENTS}`)) return `not all came (${wordsOf(reply)})`;
      return spread > (EVENTS / 2) * 150 ? undefined : `they came within ${spread} ms`;
    },
  );
}

/** A repository that the policy allows. */
function clones({ allow }: ReturnType<typeof parsePolicy>, use: NewUse): Use[] {
  const paths = allow.flatMap(({ host, paths: all = [] }) => (host === 'github.com' ? all : []));
  const [repository] = paths.flatMap(
    (path) => /^\/([\w.-]+\/[\w.-]+\.git)\/git-upload-pack$/.exec(path)?.[1] ?? [],
  );
  if (repository === undefined) return [];
  const clone = `git -c http.extraHeader="X-Lab: ${TOKEN}" clone -q https://github.com/${repository} "$d/x" && cat "$d/x/README.md"`;
  return [command('git clone', clone, 'A repository of the lab', use)];
}

/** A package of the policy's npm mirror. */
function installs({ allow }: ReturnType<typeof parsePolicy>, use: NewUse): Use[] {
  const mirror = allow.find(({ host }) => host.startsWith('npm.'));
  if (mirror === undefined) return [];
  const base = `https://${mirror.host}${(mirror.paths?.[0] ?? '/*').slice(0, -1)}`;
  const install = `npm install --registry ${base} --no-audit --no-fund --no-update-notifier --fetch-retries 0 --user-agent ${TOKEN} --cache "$d/c" --prefix "$d" lab-package`;
  return [command('npm install', `${install} && ls "$d/node_modules/lab-package"`, 'package.json', use)];
}

function resolves({ own }: AgentPolicy, host: string, use: NewUse): Use[] {
  const ask = `getent ahostsv4 ${host}`;
  return [
    command(`resolves ${host} over UDP`, ask, own, use),
    command(`resolves ${host} over TCP`, `RES_OPTIONS=use-vc ${ask}`, own, use),
  ];
}

/** @param shell may use the directory "$d" @param says what the output holds when it works */
function command(title: string, shell: string, says: string, use: NewUse): Use {
  const words = ['sh', '-c', `d=$(mktemp -d) && ${shell}; s=$?; rm -rf "$d"; exit $s`];
  return use(title, [{ command: words }], ({ commands: [done] }) =>
    done?.status === 0 && done.output.includes(says)
      ? undefined
      : `exit status ${done?.status}: ${done?.output.trim().split('\n').at(-1)?.slice(0, 120)}`,
  );
}

function wordsOf(reply: Reply | undefined): string {
  return reply === undefined ? 'no reply' : `HTTP ${reply.statuses.join(', ') || 'none'}, ${reply.ended}`;
}
