// Writes the results of the runtime checks to docs/evidence/runtimes.md. A runtime without a result keeps its section.
//
//   npx vitest run test/long/runtimes --reporter=json --outputFile=REPORT
//   node scripts/runtimes-evidence.mjs REPORT
//
// With AIRLOCK_IRON_PROXY=FILE in the environment of both, the requests go through that iron-proxy.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { exportsOf } from './exports-of.mjs';

const FILE = 'docs/evidence/runtimes.md';
const HEAD = `# Evidence: the checks of the runtimes

Each check held with the kit's files, and failed when the file that it depends on was changed ([docs/RUNTIMES.md](../RUNTIMES.md)).
\`scripts/runtimes-evidence.mjs\` writes this page.
`;
const ironProxy = process.env.AIRLOCK_IRON_PROXY;
const through = ironProxy
  ? `iron-proxy ${execFileSync(ironProxy, ['version'], { encoding: 'utf8' }).trim()}`
  : 'the stand-in for iron-proxy';
const [file] = process.argv.slice(2);
const { testResults, startTime } = JSON.parse(readFileSync(file, 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
const { RUNTIME_CHECKS, checkedVersion } = await exportsOf('lab/runtimes/index.ts');

const before = existsSync(FILE)
  ? readFileSync(FILE, 'utf8')
      .split(/^(?=## )/m)
      .slice(1)
  : [];
const sections = Object.keys(RUNTIME_CHECKS).map((runtime) => {
  const own = tests.filter(({ ancestorTitles }) => ancestorTitles.includes(runtime));
  const passed = own.filter(({ status }) => status === 'passed').map(({ title }) => title);
  if (passed.length === 0) return before.find((each) => each.startsWith(`## ${runtime} `)) ?? '';
  console.log(`${runtime}: ${passed.length} of ${own.length} checks`);
  const when = new Date(startTime).toISOString().slice(0, 10);
  return [
    `## ${runtime} ${checkedVersion(runtime)}`,
    '',
    `${passed.length} checks on linux ${process.arch}, ${when}. The requests went through ${through}.`,
    '',
    '| Check | What it shows |',
    '| --- | --- |',
    ...passed.map((title) => `| ${title.replace(' ', ' | ')} |`),
    '',
  ].join('\n');
});
mkdirSync('docs/evidence', { recursive: true });
writeFileSync(
  FILE,
  [HEAD, ...sections.filter((each) => each !== '')].map((each) => `${each.trimEnd()}\n`).join('\n'),
);
