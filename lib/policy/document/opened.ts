import type { Bundle, SealedSecret } from './bundle';
import type { Rule } from './rule';
import type { ProxyConfig } from './schema';

/** A high-risk rule under a grant; its paths may be narrower than the rule's. */
export type OpenRule = Rule & { readonly secret?: string };

type Secrets = Extract<ProxyConfig['transforms'][number], { name: 'secrets' }>;
type Entry = Secrets['config']['secrets'][number];

/** The bundle with high-risk rules in iron-proxy's allowlist, and at their secrets: nothing else of it changes. */
export function opened(bundle: Bundle, rules: readonly OpenRule[]): Bundle {
  return rules.reduce(openedBy, bundle);
}

/** The parameter of a secret of the bundle, a sealed one too. */
export function secretNamed({ airlock }: Bundle, id: string): string | undefined {
  const known = airlock.secrets.find((secret) => secret.id === id)?.parameter;
  return known ?? airlock.sealed.find((secret) => secret.id === id)?.source.name;
}

function openedBy(bundle: Bundle, { host, methods, paths, secret }: OpenRule): Bundle {
  const rule: Rule = { host, methods, paths };
  const allowed = bundle.config.transforms.map((transform) =>
    transform.name === 'allowlist'
      ? { ...transform, config: { rules: [...transform.config.rules, rule] } }
      : transform,
  );
  const open = { ...bundle, config: { ...bundle.config, transforms: allowed } };
  return secret === undefined ? open : withSecret(open, secret, rule);
}

function withSecret(bundle: Bundle, id: string, rule: Rule): Bundle {
  const { airlock, config } = bundle;
  const parameter = secretNamed(bundle, id);
  if (parameter === undefined) throw new Error(`no document has the secret ${id}`);
  const add = (entry: Entry): Entry =>
    entry.source.name === parameter ? { ...entry, rules: [...entry.rules, rule] } : entry;
  const sealed = airlock.sealed.find(
    (secret) => secret.id === id && !airlock.secrets.some((one) => one.id === id),
  );
  const fresh = sealed ? [freshEntry(sealed, rule)] : [];
  const others = config.transforms.filter(({ name }) => name !== 'secrets');
  const [present] = config.transforms.filter(
    (transform): transform is Secrets => transform.name === 'secrets',
  );
  const secrets: Secrets = {
    name: 'secrets',
    config: { secrets: [...(present?.config.secrets ?? []).map(add), ...fresh] },
  };
  const at = others.findIndex(({ name }) => name === 'aws_auth');
  const transforms = at < 0 ? [...others, secrets] : [...others.slice(0, at), secrets, ...others.slice(at)];
  const named = sealed
    ? [...airlock.secrets, { id, parameter, rules: [rule] }]
    : airlock.secrets.map((secret) =>
        secret.id === id ? { ...secret, rules: [...secret.rules, rule] } : secret,
      );
  return { ...bundle, config: { ...config, transforms }, airlock: { ...airlock, secrets: named } };
}

/** What it may hold is for `checkProxyConfig` to say, at the reading of the bundle. */
function freshEntry({ id: _, ...entry }: SealedSecret, rule: Rule): Entry {
  return { ...entry, rules: [rule] } as unknown as Entry;
}
