import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleaved, show, synthesised, withScratch } from './measure.mjs';

const ROUNDS = 3;
const COUNTS = [1, 10, 15];

/** Resources and synth time of 1, 10 and 15 agents like Scout: both must grow by the agent, not faster. */
export function benchGrowth() {
  return withScratch((scratch) => {
    const synth = (count) =>
      synthesised(join(scratch, `out-${count}`), { config: join(scratch, `config-${count}`) });
    const candidates = Object.fromEntries(COUNTS.map((count) => [count, () => synth(count)]));
    for (const count of COUNTS) {
      writeConfig(join(scratch, `config-${count}`), count);
    }
    const times = interleaved(candidates, ROUNDS);
    const resources = Object.fromEntries(COUNTS.map((count) => [count, countResources(scratch, count)]));
    console.log('agents  resources  app time (all packs and the linter)');
    for (const count of COUNTS) {
      console.log(
        `${String(count).padStart(6)}  ${String(resources[count]).padStart(9)}  ${show(times[count])}`,
      );
    }
    const perAgent = (from, to, of) => (of[to] - of[from]) / (to - from);
    console.log(`resources per additional agent: ${perAgent(10, 15, resources).toFixed(1)} (limit 22)`);
    console.log(
      `seconds per additional agent: ${perAgent(1, 10, times).toFixed(3)} from 1 to 10, ` +
        `${perAgent(10, 15, times).toFixed(3)} from 10 to 15`,
    );
  });
}

/** Writes a configuration of so many agents like Scout. */
export function writeConfig(directory, count) {
  mkdirSync(join(directory, 'agents'), { recursive: true });
  const airlock = readFileSync('test/fixtures/kit/airlock.yaml', 'utf8').replace(
    /monthlyUsd: *\d+/,
    'monthlyUsd: 5000',
  );
  writeFileSync(join(directory, 'airlock.yaml'), airlock);
  const scout = readFileSync('test/fixtures/kit/agents/scout.yaml', 'utf8');
  for (let index = 1; index <= count; index++) {
    const name = `scout-${index}`;
    const text = scout
      .replace(/^name: scout$/m, `name: ${name}`)
      .replaceAll('/airlock/scout/', `/airlock/${name}/`);
    writeFileSync(join(directory, 'agents', `${name}.yaml`), text);
  }
}

function countResources(scratch, count) {
  const template = JSON.parse(readFileSync(join(scratch, `out-${count}`, 'airlock.template.json'), 'utf8'));
  return Object.keys(template.Resources).length;
}
