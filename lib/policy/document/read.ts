import * as z from 'zod/mini';
import type { GatePolicy } from '../gate/policy';
import { capsSchema } from '../gate/policy';
import type { Bundle } from './bundle';
import { frontSettings } from './front';
import { gateDocumentSchema, gatePolicyOf } from './gate-document';
import { ownCredentials } from './header-lists';
import { opened, secretNamed } from './opened';
import { type Rule, rule, ruleKey } from './rule';
import { checkProxyConfig, type ProxyConfig } from './schema';
import { parseDocuments } from './yaml';

export type { Bundle } from './bundle';

export type BundleRead =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly problem: string };

const shutRule = z.object({
  id: z.string(),
  ...rule.shape,
  secret: z.optional(z.string()),
  caps: z.optional(capsSchema),
  awsAuth: z.optional(z.strictObject({ service: z.string(), region: z.string() })),
  keepHeaders: z.optional(z.array(z.string())),
  /** Of a bundle by an older kit, which doesn't say how such a rule is opened: it stays shut. */
  notGrantable: z.optional(z.string()),
});

/** As in iron-proxy's document, without rules; `checkProxyConfig` judges it there, once a grant has put it in. */
const sealedSecret = z.looseObject({ id: z.string(), source: z.looseObject({ name: z.string() }) });

const airlockSchema = z.object({
  airlock: z.object({
    format: z.literal(1),
    agent: z.string(),
    front: frontSettings,
    secrets: z.array(
      z.object({ id: z.string(), parameter: z.string(), rules: z.array(rule).check(z.minLength(1)) }),
    ),
    shut: z.optional(z.array(shutRule)),
    sealed: z.optional(z.array(sealedSecret)),
    keeps: z.optional(
      z.array(z.object({ ...rule.shape, headers: z.array(z.string()), because: z.string() })),
    ),
  }),
});

/**
 * Reads the three documents of a policy bundle and refuses what no policy may say. It also refuses whatever two readers could
 * understand differently (aliases, tags, duplicate keys, unknown settings). iron-proxy gets warden's own rendering of an
 * accepted bundle, never the bytes that came in.
 *
 * @param prefix `/<stack>/<agent>/`: the only parameters a policy may name.
 * @param documents what `parseDocuments` made of the text, where the caller has it already
 */
export function readBundle(
  text: string,
  agent: string,
  prefix: string,
  documents = parseDocuments(text),
): BundleRead {
  if (typeof documents === 'string') return { ok: false, problem: documents };
  const [first, second, third] = documents;
  const checked = checkProxyConfig(first, prefix);
  if (!checked.ok) return checked;
  const read = airlockSchema.safeParse(second);
  if (!read.success) return { ok: false, problem: `second document: ${firstIssue(read.error)}` };
  const { secrets, shut = [], sealed = [], keeps, ...rest } = read.data.airlock;
  if (rest.agent !== agent)
    return { ok: false, problem: `airlock.agent: "${rest.agent}" is not this box's "${agent}"` };
  const gateRead = gateDocumentSchema.safeParse(third);
  if (!gateRead.success) return { ok: false, problem: `third document: ${firstIssue(gateRead.error)}` };
  const openable = shut.filter(({ notGrantable }) => notGrantable === undefined);
  const gate = gatePolicyOf(gateRead.data.gate, agent, allowRules(checked.config), openable);
  if (typeof gate === 'string') return { ok: false, problem: gate };
  const bundle: Bundle = {
    config: checked.config,
    airlock: { ...rest, secrets, shut: shut.map(plainRule), sealed },
    gate,
  };
  const problem =
    disagreement(bundle, prefix) ??
    ownCredentialsOf(checked.config, keeps) ??
    whyNotOpenable(bundle, prefix, keeps);
  return problem === undefined ? { ok: true, bundle } : { ok: false, problem };
}

/** Where the documents must agree, so that a dropped rule is really out of force and each judged body is shown. */
function disagreement({ config, airlock, gate }: Bundle, prefix: string): string | undefined {
  const allowed = new Set(allowRules(config).map(ruleKey));
  for (const secret of airlock.secrets) {
    if (!secret.parameter.startsWith(prefix))
      return `airlock.secrets: ${secret.id} names a parameter outside ${prefix}`;
    if (secret.rules.some((one) => !allowed.has(ruleKey(one)))) {
      return `airlock.secrets: ${secret.id} has a rule that the allowlist doesn't have in the same words`;
    }
  }
  const declared = new Set(airlock.secrets.map((secret) => secret.parameter));
  const stray = secretSources(config).find((name) => !declared.has(name));
  if (stray !== undefined) return `transforms: the secret ${stray} isn't declared in the second document`;
  if (airlock.shut.some((one) => allowed.has(ruleKey(one))))
    return 'airlock.shut: a high-risk rule is in the allowlist';
  return bodiesDisagree(config, gate);
}

function ownCredentialsOf(config: ProxyConfig, keeps: unknown): string | undefined {
  const own = ownCredentials(config, { keeps });
  return own && `transforms: ${own}`;
}

/** iron-proxy's document must be sound under every grant, too. */
function whyNotOpenable(bundle: Bundle, prefix: string, keeps: unknown): string | undefined {
  const high = bundle.gate.rules
    .filter(({ risk }) => risk === 'high')
    .map((rule) => ({ ...rule, isJudged: true }));
  const unknown = high.find(({ secret }) => secret !== undefined && !secretNamed(bundle, secret));
  if (unknown) return `airlock.shut: ${unknown.id} names the secret ${unknown.secret}, which no document has`;
  const checked = checkProxyConfig(opened(bundle, high).config, prefix);
  const problem = checked.ok ? ownCredentialsOf(checked.config, keeps) : checked.problem;
  return problem && `airlock.shut: under a grant ${problem}`;
}

function bodiesDisagree(config: ProxyConfig, { rules, bodies = {} }: GatePolicy): string | undefined {
  const known = rules.filter(({ id }) => Object.hasOwn(bodies, id));
  if (known.length !== Object.keys(bodies).length) return 'gate.bodies: names a rule that is not there';
  const judged = new Set(known.filter(({ risk }) => risk !== 'high').map(ruleKey));
  const shown = new Set(shownRules(config).map(ruleKey));
  return judged.size === shown.size && [...judged].every((key) => shown.has(key))
    ? undefined
    : 'transforms: gate-bodies must have exactly the rules that gate.bodies judges, in the same words';
}

function shownRules(config: ProxyConfig): readonly Rule[] {
  return config.transforms.flatMap((transform) =>
    transform.name === 'grpc' && 'rules' in transform.config ? transform.config.rules : [],
  );
}

export function allowRules(config: ProxyConfig): readonly Rule[] {
  return config.transforms.flatMap((transform) =>
    transform.name === 'allowlist' ? transform.config.rules : [],
  );
}

function secretSources(config: ProxyConfig): readonly string[] {
  return config.transforms.flatMap((transform) =>
    transform.name === 'secrets' ? transform.config.secrets.map((secret) => secret.source.name) : [],
  );
}

function plainRule({ host, methods, paths }: Rule): Rule {
  return { host, methods, paths };
}

export function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  const path = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return `${path.replace(/^\./, '') || 'document'}: ${issue?.message ?? 'not as expected'}`;
}
