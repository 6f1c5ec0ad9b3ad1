import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { temporary } from './support/temporary';

const ROOT = join(__dirname, '..');
const EXAMPLES = join(ROOT, 'examples');

let runs = 0;

/** Runs an example, with an edit of its constructs before it is synthesised. */
async function run(name: string, edit: (construct: IConstruct) => void = () => {}) {
  const outdir = temporary();
  process.env.CDK_OUTDIR = outdir;
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  let error = '';
  const synth = vi.spyOn(App.prototype, 'synth').mockImplementationOnce(function (this: App) {
    this.node.findAll().forEach(edit);
    return this.synth();
  });
  try {
    // Another address at each call, so that it runs again.
    runs += 1;
    await import(`${resolve(EXAMPLES, name)}?${runs}`);
  } catch (thrown) {
    error = String(thrown);
  }
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  delete process.env.CDK_OUTDIR;
  printed.mockRestore();
  synth.mockRestore();
  const [own] = pluginReports.filter(({ pluginName }: { pluginName: string }) => pluginName === 'Airlock');
  return { error, findings: own?.violations.map(({ ruleName }: { ruleName: string }) => ruleName) };
}

test.each(readdirSync(EXAMPLES))('examples/%s is short, and every invariant holds in it', async (name) => {
  expect(readFileSync(join(EXAMPLES, name), 'utf8').split('\n').length).toBeLessThan(60);
  expect(await run(name)).toEqual({ error: '', findings: ['Airlock-examined'] });
});

test("the README's app is one to paste: it is synthesised as it stands, and every invariant holds", async () => {
  const [, code = ''] = /^```ts\n([\s\S]*?)^```$/mu.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const pasted = join(temporary(), 'app.ts');
  writeFileSync(pasted, code);
  expect(code).toContain('new AgentCell(');
  expect(await run(pasted)).toEqual({ error: '', findings: ['Airlock-examined'] });
});

test('NET-1 an example whose agent may reach the world fails', async () => {
  const { error } = await run('one-agent.ts', (construct) => {
    if (!construct.node.path.endsWith('Groups/AgentHost')) return;
    const anywhere = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    (construct as CfnResource).addPropertyOverride('SecurityGroupEgress', anywhere);
  });
  expect(error).toContain('Airlock-NET-1');
});
