import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { temporary } from './support/temporary';

const EXAMPLES = join(__dirname, '..', 'examples');

/** Runs an example, with an edit of its constructs before it is synthesised. */
function run(name: string, edit: (construct: IConstruct) => void = () => {}) {
  const outdir = temporary();
  process.env.CDK_OUTDIR = outdir;
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
  let error = '';
  jest.isolateModules(() => {
    const { App }: typeof import('aws-cdk-lib') = require('aws-cdk-lib');
    jest.spyOn(App.prototype, 'synth').mockImplementationOnce(function (this: InstanceType<typeof App>) {
      this.node.findAll().forEach(edit);
      return this.synth();
    });
    try {
      require(join(EXAMPLES, name));
    } catch (thrown) {
      error = String(thrown);
    }
  });
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  delete process.env.CDK_OUTDIR;
  printed.mockRestore();
  const [own] = pluginReports.filter(({ pluginName }: { pluginName: string }) => pluginName === 'Airlock');
  return { error, findings: own?.violations.map(({ ruleName }: { ruleName: string }) => ruleName) };
}

test.each(readdirSync(EXAMPLES))('examples/%s is short, and every invariant holds in it', (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8').split('\n').length).toBeLessThan(60);
  expect(run(name)).toEqual({ error: '', findings: ['Airlock-examined'] });
});

test('NET-1 an example whose agent may reach the world fails', () => {
  const { error } = run('one-agent.ts', (construct) => {
    if (!construct.node.path.endsWith('Groups/AgentHost')) return;
    const anywhere = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    (construct as CfnResource).addPropertyOverride('SecurityGroupEgress', anywhere);
  });
  expect(error).toContain('Airlock-NET-1');
});
