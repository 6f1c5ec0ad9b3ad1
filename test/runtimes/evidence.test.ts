import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { checkedVersion, RUNTIME_CHECKS, type RuntimeCheck } from '../../lab/runtimes';
import { PROVEN } from '../../lab/runtimes/run/ready';
import { digestsOf } from '../../lib/evidence/digests';
import type { Evidence } from '../../lib/evidence/evidence';

const FILE = join(packageRoot(), 'docs/evidence/runtimes.json');
const CHECKS = Object.values<readonly RuntimeCheck[]>(RUNTIME_CHECKS).flat();
const FACTS = Object.fromEntries([
  ...PROVEN.map((runtime) => [runtime, checkedVersion(runtime)]),
  ...CHECKS.map(({ id, title }) => [id, title]),
]);

/** Evidence of a whole run with iron-proxy itself, from vitest's JSON report. Docs/LAB.md has the commands. */
function evidenceOf(report: string, ironProxy: string): Evidence {
  const { startTime, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const held = testResults
    .flatMap(({ assertionResults }: { assertionResults: object[] }) => assertionResults)
    .filter(({ status }: { status: string }) => status === 'passed')
    .map(({ title }: { title: string }) => title);
  expect(CHECKS.map(({ id, title }) => `${id} ${title}`).filter((each) => !held.includes(each))).toEqual([]);
  const version = execFileSync(ironProxy, ['version'], { encoding: 'utf8' }).trim();
  return {
    format: 1,
    command: 'vitest run test/long/runtimes',
    started: new Date(startTime).toISOString(),
    proxyProgram: `iron-proxy ${version} (given by its path)`,
    success: `${CHECKS.length} checks of the runtimes hold, and each was seen to fail with a file of the kit changed`,
    scope: `The pinned builds for Linux on ${process.arch}, with the kit's files, on a test machine and not on an agent host. A stand-in answers for the model.`,
    digests: digestsOf('runtimes', packageRoot()) as Evidence['digests'],
    verdicts: { holds: CHECKS.map(({ id }) => id).join(' ') },
    reasons: {},
    facts: FACTS,
  };
}

test('the evidence of the runtimes is of the checked versions and has every check', () => {
  const { AIRLOCK_WRITE_DOCS: report, AIRLOCK_IRON_PROXY: ironProxy } = process.env;
  if (report && ironProxy) {
    const evidence = evidenceOf(report, ironProxy);
    writeFileSync(FILE, `${JSON.stringify(evidence, undefined, 2)}\n`);
  }
  const { facts, verdicts } = JSON.parse(readFileSync(FILE, 'utf8')) as Evidence;
  expect(facts).toEqual(FACTS);
  expect(verdicts).toEqual({ holds: CHECKS.map(({ id }) => id).join(' ') });
});
