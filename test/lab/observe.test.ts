import { observeAttempt, observeControl, type ProbeResult } from '../../lab/network/attempts/observe';
import { KIT, rolesIn } from './support';

const ROLES = rolesIn(KIT);
const AGENT = ROLES.agent.name;
const TOKEN = 'ALAB-1-0-abcdef';
const result = (more: Partial<ProbeResult> = {}): ProbeResult => ({
  ...{ probe: { do: 'tcp' }, token: TOKEN, answered: false, saw: 'no answer' },
  ...more,
});
const [yes, no, ended] = [result({ answered: true }), result(), result({ broken: 'it ended' })];
const at = (place: string, token = TOKEN) => [{ at: place, token }];

describe('an attempt on the network', () => {
  test.each([
    ['is held when nothing answered and nothing arrived', no, [], {}, 'held'],
    ['failed to be stopped when something answered', yes, [], {}, 'failed'],
    ['failed when its packet arrived elsewhere, though nobody answered', no, at('internet'), {}, 'failed'],
    ['is held when only its own machine saw its packet', no, at(AGENT), {}, 'held'],
    ['is held when a packet of another attempt arrived', no, at('internet', 'ALAB-2-0-abcdef'), {}, 'held'],
    ["is held when only the services on the sender's link saw it", no, at('aws'), {}, 'held'],
    ['is held when it wanted to read, and read nothing', yes, [], { seenBy: 'agent' as const }, 'held'],
    ['failed when it wanted to read, and did', no, at(AGENT), { seenBy: 'agent' as const }, 'failed'],
    ['is broken when it could not be sent', ended, [], {}, 'broken'],
    [
      'failed when its packet arrived, although a later one could not be sent',
      ended,
      at('internet'),
      {},
      'failed',
    ],
  ])('%s', (_, one, sightings, attempt, expected) => {
    expect(observeAttempt(attempt, [one], sightings, [AGENT], ROLES).result).toBe(expected);
  });

  test('is broken when nothing was sent', () => {
    expect(observeAttempt({}, [], [], [], ROLES)).toEqual({
      result: 'broken',
      saw: 'nothing sent; arrived nowhere',
    });
  });
});

test.each([
  ['held', [yes, yes]],
  ['failed', [no, no]],
  ['partly failed', [yes, no]],
  ['partly failed', [yes, ended]],
  ['broken', [no, ended]],
  ['broken', []],
])('legitimate traffic is "%s" by all of its answers', (expected, results) => {
  expect(observeControl(results).result).toBe(expected);
});
