import { readFileSync } from 'node:fs';
import { run } from '../../lib/cli/program';
import { terminal } from '../../test/cli/fake-terminal';
import { FakeAws } from '../../test/support/fake-aws';

/** Runs `airlock status` on a deployed template. @returns the calls @throws when something is missing: then less was asked */
export async function lookAt(template: string, latency: number): Promise<number> {
  const fake = new FakeAws(JSON.parse(readFileSync(template, 'utf8')));
  fake.latency = latency;
  let text = '';
  const stdout = (more: string) => {
    text += more;
  };
  const words = ['status', '--stack', 'airlock', '--region', 'us-east-1', '--json'];
  await run(words, terminal({ stdout }), [], fake.services());
  const { error, agents = [] } = JSON.parse(text) as {
    readonly error?: string;
    readonly agents?: readonly { readonly missing: readonly string[] }[];
  };
  const missing = agents.flatMap((each) => each.missing.filter((why) => !why.includes('budget')));
  if (error !== undefined || missing.length > 0) throw new Error(error ?? missing.join('\n'));
  return fake.calls.length;
}
