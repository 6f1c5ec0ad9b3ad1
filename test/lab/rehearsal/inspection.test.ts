import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectionOf } from '../../../lab/rehearsal/plan/inspection';

test('without output no check can hold', () => {
  const seen = inspectionOf('');
  expect([seen.boot, seen.mount, seen.resolver, seen.trusted]).toEqual(['', '', '', false]);
  expect([seen.runsAs, seen.limits, seen.cloud.errors.length]).toEqual([undefined, undefined, 1]);
});

test('inspect.sh prints every section that is read', () => {
  const text = (file: string) => readFileSync(join(__dirname, '../../../lab/rehearsal', file), 'utf8');
  const written = [...text('programs/inspect.sh').matchAll(/^section ([\w-]+)$/gm)].map(([, name]) => name);
  const read = text('plan/inspection.ts').matchAll(/(?:section|lines)\('([\w-]+)'\)/g);
  expect(written.sort()).toEqual([...read].map(([, name]) => name).sort());
});
