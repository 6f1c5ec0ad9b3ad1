import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStateSource } from '../../lib/config/values/state-source';
import { directoryWith, problemsOf } from './directory';

const BASE = join(__dirname, '../fixtures/config/base');
const AIRLOCK = readFileSync(join(BASE, 'airlock.yaml'), 'utf8').replace(
  'env: { region: us-east-1 }',
  'env: { account: "123456789012", region: us-east-1 }',
);

/** scout's file under another name, with its state from somewhere. */
function agent(name: string, stateFrom: string): string {
  return readFileSync(join(BASE, 'agents/scout.yaml'), 'utf8')
    .replaceAll('scout', name)
    .replace(/^host: \{ /m, `host: { stateFrom: "${stateFrom}", `);
}

test.each([
  ['vol-0123456789abcdef0', { kind: 'volume', id: 'vol-0123456789abcdef0' }],
  ['snap-01234567', { kind: 'snapshot', id: 'snap-01234567' }],
  [
    'arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0',
    { kind: 'snapshot', id: 'snap-0123456789abcdef0', region: 'us-east-1' },
  ],
  [
    'arn:aws:ec2:us-east-1:123456789012:snapshot/snap-0123456789abcdef0',
    { kind: 'snapshot', id: 'snap-0123456789abcdef0', region: 'us-east-1', account: '123456789012' },
  ],
  ['arn:aws:ec2:us-east-1::volume/vol-0123456789abcdef0', undefined],
  ['snap-0123456789abcdef0\n', undefined],
  ['snap-0123456789ABCDEF0', undefined],
])('%j means %j', (text, source) => {
  expect(parseStateSource(text)).toEqual(source);
});

test('a recovery point of another account is refused', () => {
  const foreign = 'arn:aws:ec2:us-east-1:999999999999:snapshot/snap-0123456789abcdef0';
  const directory = directoryWith({
    'airlock.yaml': AIRLOCK,
    'agents/scout.yaml': agent('scout', foreign),
  });
  expect(problemsOf(directory)).toEqual([
    expect.stringMatching(
      /host\.stateFrom: ".*" is a recovery point of account 999999999999, and the stack is in 123456789012: copy its snapshot into the account of the stack, and name the copy/,
    ),
  ]);
});

test('two agents never share a volume, and may share a snapshot', () => {
  const both = (stateFrom: string) =>
    problemsOf(
      directoryWith({
        'agents/scout.yaml': agent('scout', stateFrom),
        'agents/other.yaml': agent('other', stateFrom),
      }),
    );
  expect(both('vol-0123456789abcdef0')).toEqual([
    expect.stringMatching(
      /agents\/scout\.yaml:.* host\.stateFrom: .* is the state volume of agents\/other\.yaml too: give each agent/,
    ),
  ]);
  expect(both('snap-0123456789abcdef0')).toEqual([]);
});
