import { scan } from '../../lib/config/checks/scan';
import type { Parsed } from '../../lib/config/parsed';
import { plainSource } from '../../lib/config/source/source';

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
