import { evidenceProblem } from '../../lab/host/evidence';
import { findTools, type Machine } from '../../lab/host/requirements';

const LINUX: Machine = { platform: 'linux', uid: 0, exists: () => true };
const without = (...programs: string[]) => ({
  ...LINUX,
  exists: (path: string) => !programs.some((program) => path.endsWith(`/${program}`)),
});

describe('what is missing for a lab is named with the command for it', () => {
  test.each([
    ['another system', { ...LINUX, platform: 'darwin' }, /needs Linux.*this is darwin/],
    ['no root', { ...LINUX, uid: 1000 }, /needs root.*sudo npx airlock lab/],
    ['no nftables', without('nft'), /^nft not found: run 'apt-get install nftables'$/],
    [
      'no iproute2, no Python',
      without('ip', 'python3'),
      /^ip, python3 not found: run 'apt-get install iproute2 python3'$/,
    ],
    ['no dnsmasq', without('dnsmasq'), /^dnsmasq not found: run 'apt-get install dnsmasq-base'$/],
    [
      'no moto, no git',
      without('moto_server', 'git'),
      /^git, moto_server not found: run 'apt-get install git' and 'pip install moto\[server,ssm,kms\]==/,
    ],
  ])('%s', (_, machine, words) => {
    const found = findTools(process.execPath, '', true, machine);
    expect(found.ok ? '' : found.message).toMatch(words);
  });
});

test('packets alone need neither moto nor dnsmasq', () => {
  const found = findTools(process.execPath, '', false, { ...without('moto_server', 'dnsmasq', 'nft') });
  expect(found.ok ? '' : found.message).toBe("nft not found: run 'apt-get install nftables'");
});

test.each([
  [{ junit: '/nowhere/at-all/x' }, /can't be written: make its directory first$/],
  [{ report: '/' }, /is a directory: name a file$/],
])('evidence that cannot be written is refused before anything is built: %j', (evidence, words) => {
  expect(evidenceProblem(evidence)).toMatch(words);
});
