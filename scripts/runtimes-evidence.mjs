// Writes docs/runtimes-evidence.json from a report of the runtimes' proofs, and docs/RUNTIMES.md is made from that:
//
//   npx jest --config jest.long.config.cjs test/long/runtimes --json --outputFile REPORT
//   node scripts/runtimes-evidence.mjs REPORT [iron-proxy VERSION]     default: behind the stand-in
//   AIRLOCK_WRITE_DOCS=1 npx jest test/runtimes/page
import { readFileSync, writeFileSync } from 'node:fs';
import { exportsOf } from './exports-of.mjs';

const FILE = 'docs/runtimes-evidence.json';
const [report, proxy = 'stand-in', proxyVersion = ''] = process.argv.slice(2);
const { testResults, startTime } = JSON.parse(readFileSync(report, 'utf8'));
const tests = testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status }) => status === 'passed');
const { RUNTIME_CHECKS, checkedVersion } = await exportsOf('lab/runtimes/index.ts');
const versions = Object.fromEntries(Object.keys(RUNTIME_CHECKS).map((name) => [name, checkedVersion(name)]));

const runs = Object.entries(versions).flatMap(([runtime, version]) => {
  const passed = tests
    .filter(({ ancestorTitles }) => ancestorTitles.includes(runtime))
    .map(({ title }) => title);
  const bites = new Set(passed.flatMap((title) => title.match(/^(\S+) fails once /)?.[1] ?? []));
  // What held and was never seen to fail shows nothing.
  const proven = passed
    .map((title) => ({ id: title.split(' ')[0], title: title.slice(title.indexOf(' ') + 1) }))
    .filter(({ id, title }) => bites.has(id) && !title.startsWith('fails once '));
  const when = new Date(startTime).toISOString().slice(0, 10);
  const platform = `linux ${process.arch}`;
  return proven.length === 0 ? [] : [{ runtime, version, proxy, proxyVersion, platform, when, proven }];
});
const others = JSON.parse(readFileSync(FILE, 'utf8')).filter(
  ({ runtime }) => !runs.some((run) => run.runtime === runtime),
);
const all = [...others, ...runs].sort((one, other) => (one.runtime < other.runtime ? -1 : 1));
writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
for (const { runtime, version, proven } of runs)
  console.log(`${runtime} ${version}: ${proven.length} checks`);
