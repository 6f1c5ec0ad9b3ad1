import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './config-directory';

/** What a stand-in for the CDK CLI leaves behind and says. */
export interface FakeCdk {
  readonly exitCode?: number;
  readonly output?: string;
  readonly template: object;
  /** Logical ids that lie in scout's cell. */
  readonly ofScout?: readonly string[];
  readonly violations?: readonly object[];
  /** What the kit's own pack reports; by default that it examined two agents. */
  readonly own?: readonly object[];
}

const EXAMINED = {
  ruleName: 'Airlock-examined',
  severity: 'info',
  ruleMetadata: { rules: '20', resources: '125', agents: '2' },
};

/** A project whose aws-cdk writes down how it was called, then leaves an assembly like the real one's. */
export function fakeProject(fake: FakeCdk): string {
  const directory = temporary();
  const cdk = join(directory, 'node_modules', 'aws-cdk');
  mkdirSync(join(cdk, 'bin'), { recursive: true });
  writeFileSync(join(directory, 'cdk.json'), '{}');
  writeFileSync(join(cdk, 'package.json'), '{"name":"aws-cdk","version":"0.0.0"}');
  const found = {
    severity: 'error',
    description: 'd',
    reason: 'because',
    violatingConstructs: [{ constructPath: 'airlock/x' }],
  };
  const files = {
    'manifest.json': {
      artifacts: {
        airlock: {
          type: 'aws:cloudformation:stack',
          properties: { templateFile: 'airlock.template.json' },
          additionalMetadataFile: 'airlock.metadata.json',
        },
      },
    },
    'airlock.template.json': fake.template,
    'airlock.metadata.json': Object.fromEntries(
      (fake.ofScout ?? []).map((id) => [`/airlock/scout/${id}`, [{ type: 'aws:cdk:logicalId', data: id }]]),
    ),
    'validation-report.json': {
      pluginReports: [
        { pluginName: 'Airlock', violations: fake.own ?? [EXAMINED] },
        {
          pluginName: 'AwsSolutions',
          violations: fake.violations ?? [],
          suppressedViolations: [found, found],
        },
      ],
    },
  };
  writeFileSync(
    join(cdk, 'bin', 'cdk'),
    `const { mkdirSync, writeFileSync } = require('node:fs');
     mkdirSync('cdk.out', { recursive: true });
     writeFileSync('called.json', JSON.stringify({ argv: process.argv.slice(2), env: process.env }));
     for (const [name, content] of Object.entries(${JSON.stringify(files)})) {
       writeFileSync('cdk.out/' + name, JSON.stringify(content));
     }
     process.stderr.write(${JSON.stringify(fake.output ?? '')});
     process.exit(${fake.exitCode ?? 0});`,
  );
  return directory;
}
