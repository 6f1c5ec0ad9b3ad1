import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { agentOf, documents, headerSecret, ruleOf } from '../../policy/support';

export const PREFIX = '/airlock/scout/';
export const READ = { host: 'api.github.com', methods: ['GET'], paths: ['/repos/ironsh/iron-proxy/*'] };
export const WRITE = {
  host: 'api.github.com',
  methods: ['PATCH'],
  paths: ['/repos/ironsh/iron-proxy/releases/*'],
};
export const DELETE = {
  host: 'api.github.com',
  methods: ['DELETE'],
  paths: ['/repos/ironsh/iron-proxy/releases/*'],
};
export const PLAIN = { host: 'www.example.com', methods: ['GET'], paths: ['/*'] };
export const READ_PARAMETER = `${PREFIX}github-read-pat`;
export const WRITE_PARAMETER = `${PREFIX}github-write-pat`;

// biome-ignore lint/suspicious/noExplicitAny: tests spoil documents at any depth
export type Document = Record<string, any>;

const agent = agentOf(
  [
    ruleOf('read', READ.host, READ.methods, READ.paths, { secret: 'github-read-pat' }),
    ruleOf('write', WRITE.host, WRITE.methods, WRITE.paths, { secret: 'github-write-pat' }),
    ruleOf('plain', PLAIN.host, PLAIN.methods, PLAIN.paths),
    ruleOf('release-delete', DELETE.host, DELETE.methods, DELETE.paths, {
      secret: 'github-write-pat',
      risk: 'high',
    }),
  ],
  [headerSecret('github-read-pat'), headerSecret('github-write-pat')],
);
const [CONFIG, AIRLOCK] = documents(agent);

/** Document 1 of a sound policy, fresh at every call so that tests may spoil it. */
export function soundConfig(): Document {
  return structuredClone(CONFIG);
}

/** Document 2 that goes with it. */
export function soundAirlock(): Document {
  return structuredClone(AIRLOCK) as Document;
}

/** Document 3 that goes with both. */
export function gateFor(config: Document, { airlock }: Document): Document {
  const allowed: Document[] =
    config.transforms.find(({ name }: Document) => name === 'allowlist')?.config.rules ?? [];
  const secretOf = (rule: Document) =>
    airlock.secrets?.find(({ rules }: Document) => rules.some((one: Document) => isSame(one, rule)))?.id;
  const rules = allowed
    .filter(({ methods }) => methods?.join() !== 'CONNECT')
    .map((rule, index) => ({ id: `rule-${index}`, secret: secretOf(rule) }));
  return { gate: { vpc: '10.64.0.0/20', caps: {}, rules } };
}

const isSame = (one: Document, other: Document) => JSON.stringify(one) === JSON.stringify(other);

export function bundleText(
  config: Document = soundConfig(),
  airlock: Document = soundAirlock(),
  gate: Document = gateFor(config, airlock),
): string {
  return [config, airlock, gate]
    .map((document) => stringify(document, { aliasDuplicateObjects: false }))
    .join('---\n');
}

/** A sound policy with one more plain rule: tells two deployments apart. */
export function variant(path: string): string {
  const config = soundConfig();
  config.transforms[1].config.rules.push({ host: 'www.example.com', methods: ['GET'], paths: [path] });
  return bundleText(config);
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
