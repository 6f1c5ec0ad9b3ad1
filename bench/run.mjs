// npm run bench [-- synth|growth|user-data|suite|baseline|chain|contain|lab|proxy|runtimes|signals|spend]: ratios within one run, because machines differ and are noisy.
import { benchBaseline } from './baseline.mjs';
import { benchChain } from './chain.mjs';
import { benchContain } from './contain.mjs';
import { benchGrowth } from './growth.mjs';
import { benchLab } from './lab.mjs';
import { benchProxy } from './proxy.mjs';
import { benchRuntimes } from './runtimes.mjs';
import { benchSignals } from './signals.mjs';
import { benchSpend } from './spend.mjs';
import { benchSuite } from './suite.mjs';
import { benchSynth } from './synth.mjs';
import { benchUserData } from './user-data.mjs';

const benches = {
  synth: benchSynth,
  growth: benchGrowth,
  'user-data': benchUserData,
  suite: benchSuite,
  chain: benchChain,
  contain: benchContain,
  baseline: benchBaseline,
  lab: benchLab,
  proxy: benchProxy,
  runtimes: benchRuntimes,
  signals: benchSignals,
  spend: benchSpend,
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
