import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scan } from '../../lib/config/checks/scan';
import type { Parsed } from '../../lib/config/parsed';
import { plainSource } from '../../lib/config/source/source';
import { directoryWith, problemsOf } from './directory';

const says = (airlock: object, agent: object) =>
  scan({
    airlock: { settings: airlock },
    agents: [{ source: plainSource('a.yaml', { scan: 'weekly' }), settings: { scan: 'weekly', ...agent } }],
  } as unknown as Parsed).map(({ message }) => message);
const mirrors = { apt: 'https://mirror.example.com/debian' };

test.each([
  [{ mirrors: {}, audit: { journal: true } }, /no source for its scanner/],
  [{ mirrors, audit: { journal: false } }, /no way to report/],
])('a scan that could not run or report is refused: %j', (airlock, message) => {
  expect(says(airlock, {})[0]).toMatch(message);
  expect(says(airlock, { scan: 'off' })).toEqual([]);
  expect(says({ mirrors, audit: {} }, {})).toEqual([]);
});

test.each([
  ['without mirrors', /mirrors:\n.*\n/, ''],
  [
    'with a mirror of something else',
    'apt: https://mirror.example.com/debian',
    'npm: https://npm.example.com',
  ],
])('`check` refuses a weekly scan %s, at its line', (_, before, after) => {
  const read = (name: string) => readFileSync(join(directoryWith(), name), 'utf8');
  const directory = directoryWith({
    'airlock.yaml': read('airlock.yaml').replace(before, after),
    'agents/scout.yaml': `${read('agents/scout.yaml')}scan: weekly\n`,
  });
  expect(problemsOf(directory)).toContain(
    'agents/scout.yaml:17:7 scan: "weekly" has no source for its scanner, gitleaks: name mirrors.apt in airlock.yaml, or write scan: off',
  );
});
