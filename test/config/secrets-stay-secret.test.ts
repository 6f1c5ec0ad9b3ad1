import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, loadAirlock } from '../../lib/config';
import { assemble } from '../../lib/config/assemble';
import { readConfigFiles } from '../../lib/config/config-files';
import { parseText } from '../../lib/config/source/parse-text';
import { directoryWith } from './directory';

const AGENT = readFileSync(join(__dirname, '../fixtures/config/base/agents/scout.yaml'), 'utf8');

const REST = readConfigFiles(join(__dirname, '../fixtures/config/base'));

/** Shaped like credentials, but put together here, so that no file holds one. */
const filler = (length: number) => 'x1'.repeat(length / 2);
const CREDENTIALS = [
  `ghp_${filler(36)}`,
  `github_pat_${filler(60)}`,
  `sk-ant-api03-${filler(40)}`,
  `xoxb-${filler(24)}`,
  `AKIA${'Q'.repeat(16)}`,
  `123456789:${filler(34)}z`,
  `hf_${filler(34)}`,
];

const PLACES: [place: string, spoil: (credential: string) => string][] = [
  ['a parameter', (secret) => AGENT.replace('/airlock/scout/read-key', secret)],
  ['a formatter', (secret) => AGENT.replace('Bearer {{ .Value }}', `Bearer ${secret}`)],
  ['an unknown setting', (secret) => AGENT.replace('    parameter:', `    value: ${secret}\n    parameter:`)],
  ['a header', (secret) => AGENT.replace('header: Authorization', `header: "X: ${secret}"`)],
  ['a path', (secret) => AGENT.replace('/v1/*', `/v1/?key=${secret}`)],
  ['a host', (secret) => AGENT.replace('host: api.example.com', `host: https://${secret}@api.example.com`)],
  ['a name', (secret) => AGENT.replace('name: scout', `name: "${secret}"`)],
  ['the id of a secret', (secret) => AGENT.replaceAll('read-key', secret)],
  ['a key', (secret) => AGENT.replace('name: scout', `name: scout\n"${secret}": 1`)],
  ['a syntax error', (secret) => AGENT.replace('name: scout', `name: scout\n  "${secret}`)],
  ['a tab', (secret) => AGENT.replace('name: scout', `name: scout\n\t${secret}: 1`)],
];

describe('SEC-1 no credential pasted into a file appears in a problem', () => {
  test.each(PLACES)('in %s', (_place, spoil) => {
    for (const secret of CREDENTIALS) {
      const read = parseText('agents/scout.yaml', spoil(secret));
      const loaded = assemble({
        ...REST,
        agents: 'source' in read ? [read.source] : [],
        problems: read.problems,
      });
      const problems = loaded.ok ? [] : loaded.problems;
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems) + problems.map(formatProblem).join()).not.toContain(secret.slice(-20));
    }
  });

  test.each(['https://user:hunter22@api.example.com', 'user:hunter22@api.example.com'])(
    'in an address with a password (%#)',
    (host) => {
      const text = AGENT.replace('host: api.example.com', `host: ${host}`);
      const loaded = loadAirlock(directoryWith({ 'agents/scout.yaml': text }));
      expect(loaded.ok).toBe(false);
      expect(JSON.stringify(loaded)).not.toContain('hunter22');
    },
  );

  test('one of no known shape is hidden where secrets are described', () => {
    const inRule = (secret: string) => AGENT.replace('secret: read-key', `secret: ${secret}`);
    for (const spoil of [...PLACES.slice(0, 3).map(([, make]) => make), inRule]) {
      const loaded = loadAirlock(directoryWith({ 'agents/scout.yaml': spoil('correct-horse-battery') }));
      expect(loaded.ok).toBe(false);
      expect(JSON.stringify(loaded)).not.toContain('correct-horse');
    }
  });

  test('a pasted credential is called that, wherever it stands', () => {
    const text = AGENT.replace(
      'paths: [/v1/*]',
      `paths: [/v1/*]\n    because: "the key is ${CREDENTIALS[0]}"`,
    );
    const loaded = loadAirlock(directoryWith({ 'agents/scout.yaml': text }));
    expect(loaded.ok ? [] : loaded.problems.map(({ path, message }) => [path, message])).toEqual([
      ['egress[0].because', 'looks like a real credential'],
    ]);
  });
});
