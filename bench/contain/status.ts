import { readFileSync } from 'node:fs';
import { awsOf, type Clients } from '../../lib/operations/aws';
import { status } from '../../lib/operations/status';
import { FakeAws } from '../../test/support/fake-aws';

/** Looks at every agent of a stack once. @throws when something is missing, because then less was asked */
export async function timeStatus(
  template: string,
  latency: number,
): Promise<{ readonly seconds: number; readonly calls: number }> {
  const fake = new FakeAws(JSON.parse(readFileSync(template, 'utf8')));
  const aws = awsOf(fake.services() as Clients, 'us-east-1');
  const ask = () => status({ aws, stack: 'airlock', now: new Date() });
  // Loads the SDK's modules, which takes seconds of a busy machine.
  await ask();
  fake.latency = latency;
  fake.calls.length = 0;
  const began = performance.now();
  const found = await ask();
  const seconds = (performance.now() - began) / 1000;
  if (found.reason !== 'found') throw new Error(found.message);
  const missing = found.agents.flatMap((each) => each.missing.filter((text) => !text.includes('budget')));
  if (missing.length > 0) throw new Error(missing.join('\n'));
  return { seconds, calls: fake.calls.length };
}
