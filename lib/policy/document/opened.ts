import type { Bundle, SealedSecret } from './bundle';
import { BODIES_TARGET, BUFFERED_BODY_LIMIT } from './facts';
import type { Rule } from './rule';
import type { ProxyConfig } from './schema';

/** A high-risk rule under a grant; its paths may be narrower than the rule's. */
export interface OpenRule extends Rule {
  readonly secret?: string;
  readonly awsAuth?: { readonly service: string; readonly region: string };
  /** Whether the gate judges its bodies, by the rule or by the grant. @default it doesn't */
  readonly isJudged?: boolean;
}

type Transform = ProxyConfig['transforms'][number];
type Secrets = Extract<Transform, { name: 'secrets' }>;
type Entry = Secrets['config']['secrets'][number];

/**
 * The bundle with high-risk rules in iron-proxy's allowlist, at their secrets and signatures, and in the question about bodies:
 * nothing else of it changes.
 */
export function opened(bundle: Bundle, rules: readonly OpenRule[]): Bundle {
  return rules.reduce(openedBy, bundle);
}

/** The parameter of a secret of the bundle, a sealed one too. */
export function secretNamed({ airlock }: Bundle, id: string): string | undefined {
  const known = airlock.secrets.find((secret) => secret.id === id)?.parameter;
  return known ?? airlock.sealed.find((secret) => secret.id === id)?.source.name;
}

function openedBy(bundle: Bundle, { host, methods, paths, secret, awsAuth, isJudged }: OpenRule): Bundle {
  const rule: Rule = { host, methods, paths };
  const allowed = { ...bundle, config: withRule(bundle.config, rule, ({ name }) => name === 'allowlist') };
  const judged = isJudged ? { ...allowed, config: withBodyQuestion(allowed.config, rule) } : allowed;
  const injected = secret === undefined ? judged : withSecret(judged, secret, rule);
  return awsAuth ? { ...injected, config: withSignature(injected.config, awsAuth, rule) } : injected;
}

/** Adds the rule to the transforms that are meant. */
function withRule(config: ProxyConfig, rule: Rule, isMeant: (transform: Transform) => boolean): ProxyConfig {
  const transforms = config.transforms.map((transform) =>
    isMeant(transform) && 'rules' in transform.config
      ? ({
          ...transform,
          config: { ...transform.config, rules: [...(transform.config.rules ?? []), rule] },
        } as Transform)
      : transform,
  );
  return { ...config, transforms };
}

function withBodyQuestion(config: ProxyConfig, rule: Rule): ProxyConfig {
  const isQuestion = ({ name, config: settings }: Transform) => name === 'grpc' && 'rules' in settings;
  if (config.transforms.some(isQuestion)) return withRule(buffering(config), rule, isQuestion);
  const settings = {
    name: 'gate-bodies',
    target: BODIES_TARGET,
    send_request_body: true,
    rules: [rule],
  } as const;
  const at = config.transforms.findIndex(({ name }) => name === 'secrets' || name === 'aws_auth');
  return {
    ...buffering(config),
    transforms: inserted(config.transforms, at, { name: 'grpc', config: settings }),
  };
}

function withSignature(
  config: ProxyConfig,
  { service, region }: NonNullable<OpenRule['awsAuth']>,
  rule: Rule,
): ProxyConfig {
  const isGroup = (transform: Transform) =>
    transform.name === 'aws_auth' &&
    transform.config.allowed_services?.join() === service &&
    transform.config.allowed_regions?.join() === region;
  if (config.transforms.some(isGroup)) return withRule(buffering(config), rule, isGroup);
  const settings = {
    credentials_provider: { type: 'workload_identity' },
    allowed_services: [service],
    allowed_regions: [region],
    rules: [rule],
  };
  return {
    ...buffering(config),
    transforms: [...config.transforms, { name: 'aws_auth', config: settings } as unknown as Transform],
  };
}

function buffering(config: ProxyConfig): ProxyConfig {
  const { max_request_body_bytes = BUFFERED_BODY_LIMIT } = config.proxy;
  return { ...config, proxy: { ...config.proxy, max_request_body_bytes } };
}

/** @param at below 0: at the end */
function inserted(transforms: readonly Transform[], at: number, transform: object): Transform[] {
  const before = at < 0 ? transforms : transforms.slice(0, at);
  return [...before, transform as Transform, ...transforms.slice(before.length)];
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
  const transforms = inserted(
    others,
    others.findIndex(({ name }) => name === 'aws_auth'),
    secrets,
  );
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
