import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP, built, interleaved, NODE, seconds, show, withScratch } from './measure.mjs';

const ROUNDS = 5;
const LIMIT = 1.5;

/** `npx cdk synth -q` of the shipped two-agent config, all packs on, against an empty one-stack app. */
export function benchSynth() {
  return withScratch((scratch) => {
    const empty = join(scratch, 'empty.cjs');
    writeFileSync(
      empty,
      `const { App, Stack } = require(${JSON.stringify(join(process.cwd(), 'node_modules/aws-cdk-lib'))});
new Stack(new App(), 'Empty');
`,
    );
    const cdk = (args, out) => seconds('npx', ['cdk', 'synth', '-q', ...args, '-o', join(scratch, out)]);
    const bare = { env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: join(scratch, 'bare') } };
    const times = interleaved(
      {
        empty: () => cdk(['--app', `node ${empty}`, '--build', 'true'], 'empty'),
        sameFlags: () =>
          cdk(['--app', [NODE, ...APP.slice(0, -1), empty].join(' '), '--build', 'true'], 'same'),
        airlock: () => cdk([], 'airlock'),
        build: built,
        app: () => seconds(NODE, APP, bare),
        emptyApp: () => seconds('node', [empty], bare),
      },
      ROUNDS,
    );
    const ratio = times.airlock / times.empty;
    console.log(`npx cdk synth -q, median of ${ROUNDS} rounds`);
    console.log(`  empty one-stack app  ${show(times.empty)}`);
    console.log(`  airlock, two agents  ${show(times.airlock)}`);
    console.log(`  ratio                ${ratio.toFixed(2)} (limit ${LIMIT.toFixed(1)})`);
    const toSameFlags = (times.airlock / times.sameFlags).toFixed(2);
    console.log(`  to an empty app with the flags of cdk.json   ${toSameFlags}`);
    console.log('where the difference goes');
    console.log(`  build (rolldown)                             ${show(times.build)}`);
    console.log(`  app and rule packs, without the linter       ${show(times.app - times.emptyApp)}`);
    const rest = times.airlock - times.sameFlags - times.build - (times.app - times.emptyApp);
    console.log(`  linter on a real template, CLI, and noise    ${show(rest)}`);
    if (ratio > LIMIT) {
      process.exitCode = 1;
    }
  });
}
