import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { packageRoot } from '../../constructs/package-root';
import type { Airlock } from '../../lib/config/model';
import { AirlockChecks, judge, RULES } from '../../lib/guardrails';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { MODES, pinned, type StackTemplate, synthesise } from './synthesise';

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly ruleMetadata?: Readonly<Record<string, string>>;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
  readonly acknowledgedId?: string;
  readonly reason?: string;
}

interface PluginReport {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly violations: readonly Violation[];
  readonly suppressedViolations?: readonly Violation[];
}

const REPORTED = ['Airlock', 'AwsSolutions', 'NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/** The packs of `lib/app.ts`, and the one that the stack brings itself: it must not run twice. */
function packs(app: App) {
  return [
    new AirlockChecks(app),
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  ];
}

function outcome(airlock: Airlock): { template: StackTemplate; reports: readonly PluginReport[] } {
  const { template, report } = synthesise(airlock, packs);
  return { template, reports: (report as { pluginReports: readonly PluginReport[] }).pluginReports };
}

const OUTCOMES = [
  ...MODES,
  ['an existing VPC', pinned(airlockWith({ network: { vpc: 'vpc-0123456789abcdef0' } }))] as const,
  ['a region without budgets', pinned(airlockWith({ env: { region: 'eu-north-1' } }))] as const,
].map(([name, airlock]) => [name, outcome(airlock)] as const);

describe('the test configuration has no finding that nobody answered for', () => {
  test.each(OUTCOMES)('%s', (_, { template, reports }) => {
    expect(judge(template)).toEqual([]);
    const [examined, ...open] = reports.flatMap(({ violations }) => violations);
    expect(open).toEqual([]);
    expect([examined?.ruleName, examined?.ruleMetadata]).toEqual([
      'Airlock-examined',
      {
        rules: String(new Set(RULES.map(({ id }) => id)).size),
        resources: String(Object.keys(template.Resources).length),
        agents: '2',
      },
    ]);
    expect(reports.map(({ pluginName, conclusion }) => [pluginName, conclusion])).toEqual(
      REPORTED.map((pack) => [pack, 'success']),
    );
  });

  const acknowledged = OUTCOMES.flatMap(([, { reports }]) =>
    reports.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
  );

  test('every acknowledgement gives its reason in a sentence', () => {
    for (const { reason = '', ruleName } of acknowledged) {
      expect([ruleName, reason]).toEqual([ruleName, expect.stringMatching(/^[A-Z].{39,}\.$/s)]);
    }
  });

  test('there are so many acknowledgements and no more', () => {
    const rules = new Set(
      acknowledged.map(({ acknowledgedId = '' }) => acknowledgedId.replace(/^.*?::/, '').replace(/\[.*/, '')),
    );
    expect([...rules].sort()).toEqual([
      'AwsSolutions-EC28',
      'AwsSolutions-EC29',
      'AwsSolutions-IAM4',
      'AwsSolutions-IAM5',
      'AwsSolutions-VPC3',
      'HIPAA.Security-EC2InstanceDetailedMonitoringEnabled',
      'HIPAA.Security-EC2InstanceProfileAttached',
      'HIPAA.Security-LambdaConcurrency',
      'HIPAA.Security-LambdaDLQ',
      'HIPAA.Security-LambdaInsideVPC',
      'HIPAA.Security-VPCNoUnrestrictedRouteToIGW',
      'NIST.800.53.R5-EC2InstanceProfileAttached',
      'NIST.800.53.R5-LambdaConcurrency',
      'NIST.800.53.R5-LambdaDLQ',
      'NIST.800.53.R5-LambdaInsideVPC',
      'NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW',
      'PCI.DSS.321-EC2InstanceProfileAttached',
      'PCI.DSS.321-LambdaInsideVPC',
      'PCI.DSS.321-VPCNoUnrestrictedRouteToIGW',
    ]);
    const reasons = new Set(acknowledged.map(({ reason }) => reason));
    expect(reasons.size).toBe(40);
    const [, table = ''] = readFileSync(`${packageRoot()}/SECURITY.md`, 'utf8').split(
      '| Rule | Where | In short |',
    );
    expect(/^\n\|.*\n(\|.*\n)+/.exec(table)?.[0].trim().split('\n').slice(1)).toHaveLength(reasons.size);
  });

  test('checkov is told of these exceptions in every combination of modes, each with its reason, and of no more', () => {
    for (const [, { template }] of OUTCOMES) {
      const skips = Object.values(template.Resources).flatMap(
        ({ Metadata }) =>
          (Metadata?.checkov as { skip: { id: string; comment: string }[] } | undefined)?.skip ?? [],
      );
      expect(skips.map(({ id }) => id)).toEqual([
        // The function of the provider, the one that contains, the one that watches.
        ...['CKV_AWS_117', 'CKV_AWS_116', 'CKV_AWS_115'],
        ...['CKV_AWS_117', 'CKV_AWS_115', 'CKV_AWS_173'],
        ...['CKV_AWS_117', 'CKV_AWS_115', 'CKV_AWS_173'],
      ]);
      for (const { comment } of skips) expect(comment).toMatch(/^[A-Z].{39,}\.$/s);
    }
  });

  test('an image that nobody pinned is the one warning', () => {
    const warnings = outcome(kitAirlock()).reports.flatMap(({ violations }) =>
      violations.filter(({ severity }) => severity === 'warning').map(({ ruleName }) => ruleName),
    );
    expect(warnings.sort()).toEqual([
      'Annotation::airlock:unpinned-image/mender/agent-host',
      'Annotation::airlock:unpinned-image/mender/proxy-box',
      'Annotation::airlock:unpinned-image/scout/agent-host',
      'Annotation::airlock:unpinned-image/scout/proxy-box',
    ]);
  });
});
