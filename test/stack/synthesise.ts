import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { App, type IPolicyValidationPlugin, Validations } from 'aws-cdk-lib';
import { AirlockStack } from '../../lib/airlock-stack';
import { ACCESS_MODES, type Airlock, DNS_MODES, EGRESS_MODES, type EgressMode } from '../../lib/config/model';
import { airlockWith } from '../support/arbitrary-airlock';

export interface TemplateResource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into a template at will
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string | string[];
  Metadata?: Record<string, unknown>;
}

export interface StackTemplate {
  Resources: Record<string, TemplateResource>;
  Parameters?: Record<string, Record<string, unknown>>;
  Outputs?: Record<string, Record<string, unknown>>;
  [section: string]: unknown;
}

/** One stack, synthesised as `lib/app.ts` does it but quietly; leaves nothing behind. */
export function synthesise(
  airlock: Airlock,
  plugins?: (app: App) => IPolicyValidationPlugin[],
): { template: StackTemplate; report: unknown } {
  const outdir = mkdtempSync(join(tmpdir(), 'airlock-'));
  const { stackTraceLimit } = Error;
  try {
    // CDK notes where each construct was made, and the test runner maps every frame of that to its source.
    Error.stackTraceLimit = 0;
    const app = new App({
      outdir,
      treeMetadata: false,
      analyticsReporting: false,
      stackTraces: false,
      context: { ...CONTEXT },
    });
    const guardrails = plugins ? undefined : { off: 'this test judges the template itself, or not at all' };
    new AirlockStack(app, airlock.name, { airlock, guardrails });
    if (plugins) Validations.of(app).addPlugins(...plugins(app));
    const template = app.synth().getStackByName(airlock.name).template as StackTemplate;
    return { template, report: readReport(outdir) };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(outdir, { recursive: true });
  }
}

/** A copy of the template, which is synthesised once for each configuration in a run of the tests. */
export function templateOf(airlock: Airlock): StackTemplate {
  const key = createHash('sha256').update(serialize(airlock)).digest('hex');
  const file = join(process.env.AIRLOCK_TEMPLATES as string, key);
  if (!existsSync(file)) {
    // Another process may read it at any moment.
    const own = `${file}.${process.pid}`;
    writeFileSync(own, JSON.stringify(synthesise(airlock).template));
    renameSync(own, file);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The flags of `cdk.json`; no copies of assets, and findings go into the report alone. */
const CONTEXT = {
  ...JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')).context,
  'aws:cdk:disable-asset-staging': true,
  '@aws-cdk/core:failSynthOnValidationErrors': false,
};

function readReport(outdir: string): unknown {
  try {
    return JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

export function ofType({ Resources }: StackTemplate, type: string): TemplateResource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

/** Logical ids that a resource refers to or depends on. */
export function dependenciesOf({ Resources }: StackTemplate, id: string): string[] {
  const { DependsOn = [], Properties = {} } = Resources[id] ?? {};
  const text = JSON.stringify(Properties);
  const named = [...text.matchAll(/(?:"(?:Ref|Fn::GetAtt)":\[?"|\$\{)(\w+)/g)].map(([, name = '']) => name);
  return [...new Set([DependsOn, named].flat())].filter((other) => other in Resources);
}

/** Logical ids that CloudFormation makes before this one. */
export function madeBefore(template: StackTemplate, id: string, seen = new Set<string>()): Set<string> {
  for (const next of dependenciesOf(template, id)) {
    if (!seen.has(next)) madeBefore(template, next, seen.add(next));
  }
  return seen;
}

/** With a zone and an image for each machine, as `airlock images pin` would find them; the same one whoever else there is. */
export function pinned(airlock: Airlock): Airlock {
  const region = airlock.env.region ?? 'us-east-1';
  const images = airlock.agents.flatMap(({ name }) =>
    (['agent-host', 'proxy-box'] as const).map((machine) => ({
      agent: name,
      machine,
      region,
      imageId: `ami-${createHash('sha256').update(`${name} ${machine}`).digest('hex').slice(0, 17)}`,
    })),
  );
  return {
    ...airlock,
    env: { zone: `${region}a`, ...airlock.env, region },
    images,
    amazonLinux: { release: '2023.9.20251105' },
  };
}

/** A way out with what it needs beside it. */
export function wayOut(egress: EgressMode): Partial<Airlock['network']> {
  return { egress, ...(egress === 'transit-gateway' && { transitGateway: 'tgw-0123456789abcdef0' }) };
}

/** The test configuration in every combination of its modes. */
export const MODES: readonly (readonly [name: string, airlock: Airlock])[] = DNS_MODES.flatMap((dns) =>
  EGRESS_MODES.flatMap((egress) =>
    ACCESS_MODES.map(
      (access) =>
        [
          `dns ${dns}, egress ${egress}, access ${access}`,
          pinned(airlockWith({ network: { dns, ...wayOut(egress) }, access })),
        ] as const,
    ),
  ),
);
