import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAirlock } from '../../lib/config';
import { BASELINES_LOCK } from '../../lib/config/config-files';
import { learnUse, ratify } from '../../lib/operations/baseline';
import { compilePolicy } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { configDirectory } from '../cli/config-directory';
import { awsWith } from '../support/aws';

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

const linesOf = (days: number, rule: string) =>
  Array.from({ length: days * 5 }, (_, index) =>
    JSON.stringify({
      record: 'request',
      decision: 'allow',
      rule,
      bodyBytes: 2048,
      time: new Date(NOW.getTime() - (index / 5) * DAY).toISOString(),
    }),
  );

function learned(days: number, directory = configDirectory()) {
  const loaded = loadAirlock(directory);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { airlock } = loaded;
  const [agent] = airlock.agents;
  if (agent === undefined) throw new Error('no agent');
  const rule = agent.egress[0]?.id as string;
  const lines = [...linesOf(days, rule), ...linesOf(days, 'a-rule-that-is-gone'), 'torn {'];
  const aws = awsWith(() => ({ events: lines.map((message) => ({ message })) }));
  const since = new Date(NOW.getTime() - 28 * DAY);
  return {
    airlock,
    agent,
    rule,
    directory,
    result: learnUse({ airlock, agent, aws, since, now: NOW }),
  };
}

test('a person ratifies it: the file loads, the gate gets it, and the next time it is current', async () => {
  const { result, directory, agent, rule } = learned(15);
  const first = ratify(directory, await result);
  expect(first).toMatchObject({ reason: 'ratified', agent: agent.name, learned: { days: 14 } });
  const again = learned(15, directory);
  expect(again.agent.baseline?.rules).toHaveProperty([rule]);
  expect(again.agent.baseline?.rules).not.toHaveProperty('a-rule-that-is-gone');
  expect(ratify(directory, await again.result)).toMatchObject({ reason: 'current', before: { days: 14 } });
  expect(readFileSync(join(directory, BASELINES_LOCK), 'utf8')).toMatch(/"hours": "[\d. ]+"/);
  const { text } = compilePolicy(again.airlock, again.agent);
  const bundle = readBundle(text, agent.name, `/${again.airlock.name}/${agent.name}/`);
  expect(bundle.ok && bundle.bundle.gate.usual?.[rule]).toEqual(again.agent.baseline?.rules[rule]);
});

test('fewer than seven whole days are no baseline', async () => {
  const { result, directory } = learned(7);
  expect(ratify(directory, await result)).toMatchObject({
    reason: 'too-little',
    message: expect.stringContaining('reach back 6 whole days, and 7 are needed'),
  });
});

test('a broken file is an error of the configuration, and is never written over', async () => {
  const { result, directory } = learned(15);
  writeFileSync(
    join(directory, BASELINES_LOCK),
    '{"version":1,"agents":{"scout":{"from":"2026-01-01","days":9,"rules":{"x":{}}}}}',
  );
  expect(ratify(directory, await result)).toMatchObject({ reason: 'unwritable' });
  const loaded = loadAirlock(directory);
  expect(loaded).toMatchObject({ ok: false });
});

test('a directory that is not there is told', async () => {
  const gone = join(mkdtempSync(join(tmpdir(), 'airlock-')), 'gone');
  expect(ratify(gone, await learned(15).result)).toMatchObject({
    reason: 'unwritable',
    message: expect.stringContaining('gone'),
  });
});
