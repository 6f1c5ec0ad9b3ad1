// npm run bench [-- NAME ...]: ratios within one run, because machines differ and are noisy. --help lists the names.
import { benchContain } from './contain.mjs';
import { benchGrowth } from './growth.mjs';
import { built, runProgram, within, withScratch } from './measure.mjs';
import { benchProxy } from './proxy.mjs';
import { benchSynth } from './synth.mjs';
import { benchUserData } from './user-data.mjs';

const benches = {
  synth: benchSynth,
  growth: benchGrowth,
  'user-data': benchUserData,
  suite: () => within('npm test', 60, 'npm', ['test', '--silent']),
  // Seconds to verify a million records.
  chain: () => runProgram('chain'),
  contain: benchContain,
  lab: () => within('a whole lab', 600, 'npx', ['airlock', 'lab', '--config', 'test/fixtures/kit']),
  // False alarms of a baseline in honest weeks, and the attacks that it finds: simulated agents, always the same; with --recorded DIR,
  // once or more, real agents, each by a git repository that it keeps.
  baseline: (words) => runProgram('baseline', words),
  proxy: benchProxy,
  // Disk and memory of each runtime, at rest and while it answers; node scripts/fetch-runtimes.mjs downloads them.
  runtimes: () => runProgram('runtimes'),
  // How long each signal takes from its cause to the call of the topic; --write keeps the figures for docs/WATCH.md.
  signals: (words) => {
    built();
    return withScratch((scratch) => runProgram('signals', [scratch, ...words]));
  },
  // How far above a vendor's bill the gate's charges are; --seed N, --calls N.
  spend: (words) => runProgram('spend', words),
};
/** These need root and more, and take minutes: they run by name only. */
const ON_REQUEST = ['contain', 'lab', 'proxy', 'runtimes'];
const words = process.argv.slice(2);
if (words.includes('--help')) {
  console.log(
    `Usage: npm run bench [-- NAME ...]\n\nRatios within one run. Names: ${Object.keys(benches).join(', ')}.\nWithout a name: all but ${ON_REQUEST.join(', ')}, which need root and take minutes.`,
  );
  process.exit(0);
}
const firstOption = words.findIndex((word) => word.startsWith('--'));
const chosen = firstOption < 0 ? words : words.slice(0, firstOption);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`unknown bench ${unknown.join(', ')}: choose from ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
for (const name of chosen.length > 0
  ? chosen
  : Object.keys(benches).filter((each) => !ON_REQUEST.includes(each))) {
  console.log(`\n# ${name}`);
  await benches[name](words.slice(chosen.length));
}
