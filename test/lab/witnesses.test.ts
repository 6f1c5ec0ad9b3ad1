import { witnessFault } from '../../lab/proxy/plan/witnesses';

const AT = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(AT + ms).toISOString();
const [ALLOWED, REFUSED] = ['127.0.0.1:1000', '127.0.0.1:1001'];
type Line = Record<string, unknown>;

function witnesses() {
  const gate: Line[] = [
    {
      ...{ record: 'request', id: 'a', time: iso(5), remote_addr: ALLOWED, host: 'h' },
      ...{ method: 'GET', path: '/x%20y', decision: 'allow' },
    },
    { record: 'end', id: 'a', end: 'answered' },
    {
      ...{ record: 'request', id: 'b', time: iso(7), remote_addr: REFUSED, host: 'mark.h' },
      ...{ method: 'GET', path: '/', decision: 'refuse' },
    },
    ...[ALLOWED, REFUSED].map((remote_addr) => ({
      ...{ record: 'connection', by: 'front', remote_addr, began: iso(0) },
      ...{ in: 1, out: 2, ms: 30, requests: 1 },
    })),
  ];
  const front: Line[] = [
    { time: AT / 1000, name: 'h', remote_addr: ALLOWED, in: 1, out: 2, ms: 30 },
    { time: AT / 1000, name: 'mark.h', remote_addr: REFUSED, in: 1, out: 2, ms: 30 },
  ];
  return { gate, front };
}

type Both = ReturnType<typeof witnesses>;
const set = (line: Line | undefined, more: Line) => Object.assign(line ?? {}, more);

test.each<[string, (both: Both) => unknown, RegExp | undefined]>([
  ['agree', () => undefined, undefined],
  ['the gate is silent', ({ gate }) => gate.splice(0), /1 sent, 0 allowed/],
  ['the front is silent', ({ front }) => front.splice(0), /no line of the front for 127.0.0.1:1000/],
  ['a request has two records', ({ gate }) => gate.push({ ...gate[0] }), /1 sent, 2 allowed/],
  ['the gate refused what was sent', ({ gate }) => set(gate[0], { decision: 'refuse' }), /1 sent, 0/],
  ['a request has no end', ({ gate }) => gate.splice(1, 1), /GET h\/x y: no record of its end/],
  ['a refusal has no record', ({ gate }) => gate.splice(2, 1), /mark: 0 records/],
  ['a refusal is written as allowed', ({ gate }) => set(gate[2], { decision: 'allow' }), /mark: 0 records/],
  [
    'another port',
    ({ front }) => set(front[1], { remote_addr: '127.0.0.2:1001' }),
    /no line of the front for 127.0.0.1:1001/,
  ],
  ['another name', ({ front }) => set(front[0], { name: 'i' }), /no line of the front/],
  ['an earlier connection', ({ front }) => set(front[0], { time: AT / 1000 - 9 }), /no line of the front/],
  ['other bytes', ({ gate }) => set(gate[3], { in: 9 }), /lack the bytes and the duration/],
  ['another duration', ({ gate }) => set(gate[3], { ms: 9 }), /lack the bytes and the duration/],
  [
    'figures that are not said to be the front’s',
    ({ gate }) => set(gate[3], { by: 'gate' }),
    /lack the bytes/,
  ],
  ['a connection without requests', ({ gate }) => set(gate[3], { requests: 0 }), /lack the bytes/],
])('LOG-2 the gate and the front: %s', (_, spoil, fault) => {
  const both = witnesses();
  spoil(both);
  const text = (lines: Line[]) => [...lines.map((line) => JSON.stringify(line)), 'no line'];
  const found = witnessFault([{ method: 'GET', host: 'h', path: '/x y', secrets: [] }], ['mark'], {
    gate: text(both.gate),
    front: text(both.front),
  });
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(fault);
});
