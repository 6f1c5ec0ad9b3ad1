import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  AgentCell,
  type AgentCellProps,
  type AgentSettings,
  AirlockEnvironment,
  type AirlockEnvironmentProps,
} from '../../lib';
import type { StackTemplate } from './synthesise';

/** An app as somebody else writes it. */
export function ownApp(): App {
  return new App({
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
    outdir: mkdtempSync(join(tmpdir(), 'airlock-own-')),
    context: { 'aws:cdk:disable-asset-staging': true },
  });
}

export const ENVIRONMENT: AirlockEnvironmentProps = {
  notify: ['security@example.com'],
  budget: { monthlyUsd: 50 },
};

export const GUEST: AgentSettings = {
  name: 'guest',
  runtime: 'custom',
  custom: { command: '/opt/agent/current/agent' },
  role: 'reader',
  owner: 'owner@example.com',
  host: { instanceType: 't4g.small' },
  egress: [
    { id: 'read', host: 'api.github.com', methods: ['GET'], paths: ['/repos/acme/widgets/*'], secret: 'pat' },
  ],
  secrets: {
    pat: {
      parameter: '/own/guest/pat',
      inject: { header: 'Authorization', formatter: 'Bearer {{ .Value }}' },
    },
  },
  budget: { monthlyUsd: 20 },
};

export function ownStack(
  scope: IConstruct,
  environment: Partial<AirlockEnvironmentProps> = {},
  cell: Partial<AgentCellProps> = {},
): { stack: Stack; environment: AirlockEnvironment; cell: AgentCell } {
  const stack = new Stack(scope, 'own', { stackName: 'own' });
  const shared = new AirlockEnvironment(stack, 'Environment', { ...ENVIRONMENT, ...environment });
  return {
    stack,
    environment: shared,
    cell: new AgentCell(stack, 'Guest', { environment: shared, agent: GUEST, ...cell }),
  };
}

/** Lets the agent host reach the whole world. */
export function openEgress(cell: AgentCell): void {
  const group = cell.node.findChild('Groups').node.findChild('AgentHost') as CfnResource;
  group.addPropertyOverride('SecurityGroupEgress', [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]);
}

interface Finding {
  readonly ruleName: string;
  readonly severity: string;
  readonly description: string;
}

export interface Outcome {
  /** What the synth threw; empty when it passed. */
  readonly error: string;
  /** Findings of the kit's own pack, one entry for each time it reported. */
  readonly reports: readonly (readonly Finding[])[];
  /** Of the stack `own`. */
  readonly template?: StackTemplate;
}

export function outcomeOf(app: App): Outcome {
  let error = '';
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    app.synth();
  } catch (thrown) {
    error = String(thrown);
  } finally {
    printed.mockRestore();
  }
  const read = (name: string) => JSON.parse(readFileSync(join(app.outdir, name), 'utf8'));
  try {
    const { pluginReports } = read('validation-report.json');
    const own = pluginReports.filter(({ pluginName }: { pluginName: string }) => pluginName === 'Airlock');
    const stage = app.node.tryFindChild('own');
    return {
      error,
      reports: own.map(({ violations }: { violations: readonly Finding[] }) => violations),
      ...(stage && { template: read('own.template.json') }),
    };
  } finally {
    rmSync(app.outdir, { recursive: true });
  }
}
