import type { Arrival } from '../../../lab/proxy/plan/wire';
import { agentUnit } from '../../../lab/rehearsal/plan/checks/agent-unit';
import { applied, rebooted } from '../../../lab/rehearsal/plan/checks/boots';
import { firstConnection } from '../../../lab/rehearsal/plan/checks/first-connection';
import { installed, type Try } from '../../../lab/rehearsal/plan/checks/installed';
import { cloudInit, quiet, units } from '../../../lab/rehearsal/plan/checks/machine';
import { type Requests, throughProxy } from '../../../lab/rehearsal/plan/checks/requests';
import { refused, stateKept } from '../../../lab/rehearsal/plan/checks/state';
import { waiting } from '../../../lab/rehearsal/plan/checks/waiting';
import type { Flow } from '../../../lab/rehearsal/plan/flow';
import type { Inspection } from '../../../lab/rehearsal/plan/inspection';
import { EXPECTED, PROXY, rebuilt, SOUND } from './support';

const flow = (what: string, to: string, port: number, first: number, last = first): Flow => ({
  ...{ what, to, port, first, last },
  from: '10.64.0.5',
  packets: 1,
});
/** The machine's clock began at 1000 s; its configuration was in place 20 s later. */
const CLOCK = { start: 1_000_000, error: 50 };
const LINK = [
  flow('arp', '', 0, 1001),
  flow('udp', '255.255.255.255', 67, 1002),
  flow('tcp', '169.254.169.254', 80, 1003),
  flow('udp', '224.0.0.252', 5355, 1004),
  flow('ipv6 58', 'ff02::2', 0, 1004),
  flow('udp', '169.254.169.123', 123, 1005),
];
const TO_PROXY = flow('tcp', PROXY, 443, 1020.5);
const connections = (flows: readonly Flow[], seen: Inspection = SOUND) =>
  firstConnection({ seen, flows, proxy: PROXY, resolvers: ['9.9.9.9'], clock: CLOCK });

describe('R01 resolver and certificate are in place before the first connection', () => {
  test('an answer of the link is no connection', () => {
    expect(connections([...LINK, TO_PROXY])).toEqual({
      result: 'held',
      saw: expect.stringContaining(`tcp to ${PROXY}:443`),
    });
  });

  test("queries of cloud-init to DHCP's resolvers before it has user data are an exception, the only one", () => {
    const asked = (first: number, last: number, to = '9.9.9.9', port = 53) =>
      connections([...LINK, flow('udp', to, port, first, last), TO_PROXY]);
    expect(asked(1004, 1015)).toEqual({
      result: 'held',
      saw: expect.stringContaining('asked 9.9.9.9 for names'),
    });
    expect(asked(1004, 1025).result).toBe('failed');
    expect(asked(1004, 1015, '8.8.8.8').result).toBe('failed');
    expect(asked(1004, 1015, '9.9.9.9', 443).result).toBe('failed');
  });

  test.each([
    ['no connection at all', LINK, SOUND, /no connection was seen/],
    [
      'a connection to another resolver',
      [...LINK, flow('udp', '9.9.9.9', 53, 1030), TO_PROXY],
      SOUND,
      /connections to others: udp to 9\.9\.9\.9:53/,
    ],
    [
      'metadata asked on another port',
      [flow('tcp', '169.254.169.254', 443, 1030), TO_PROXY],
      SOUND,
      /169\.254\.169\.254:443/,
    ],
    [
      'a connection too early',
      [flow('udp', PROXY, 53, 1012), TO_PROXY],
      SOUND,
      /8\.0 s before the configuration/,
    ],
    ['no step that waits', [TO_PROXY], { ...SOUND, proxyWait: {} }, /never began/],
    [
      'two resolvers',
      [TO_PROXY],
      { ...SOUND, resolver: `nameserver ${PROXY}\nnameserver 9.9.9.9` },
      /resolvers: .*9\.9\.9\.9/,
    ],
    ['an untrusted certificate', [TO_PROXY], { ...SOUND, trusted: false }, /not trusted/],
  ])('it fails with %s', (_, flows, seen, words) => {
    expect(connections(flows, seen)).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});

describe('R02 the agent waits for its proxy box', () => {
  const without: Inspection = {
    ...SOUND,
    agent: { ActiveState: 'inactive' },
    runsAs: undefined,
    journal: ['airlock: waiting for the proxy box 10.64.4.5: port 443 is shut'],
  };
  const message = 'airlock: waiting for the proxy box';

  test('it waits, says so twice, and then starts', () => {
    expect(waiting({ without, with: SOUND, message }).result).toBe('held');
  });

  test.each([
    [
      'an agent that runs before',
      { without: { ...without, agent: { ActiveState: 'active' } }, with: SOUND, message },
      /runs without its proxy box/,
    ],
    ['a silent console', { without, with: SOUND }, /console/],
    ['a silent journal', { without: { ...without, journal: [] }, with: SOUND, message }, /journal/],
    ['an agent that never starts', { without, with: without, message }, /inactive with/],
    ['a proxy box that never comes', { without, message }, /off with/],
  ])('it fails with %s', (_, seen, words) => {
    expect(waiting(seen)).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});

test('R03 a kept state volume still has its data', () => {
  expect(stateKept(SOUND, rebuilt).result).toBe('held');
});

test.each([
  ['never made', { ...SOUND, journal: [] }, rebuilt, /made no file system/],
  ['made twice', SOUND, { ...rebuilt, journal: SOUND.journal }, /made a file system again/],
  ['not mounted', SOUND, { ...rebuilt, mount: '' }, /not mounted/],
  ['never written', { ...SOUND, written: [] }, rebuilt, /wrote nothing/],
  ['blank', SOUND, { ...rebuilt, written: ['boot-2'] }, /lost in the rebuild: 1 of 1/],
])('R03 fails on a state volume that was %s', (_, first, second, words) => {
  expect(stateKept(first, second)).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
});

test('R04 the unit runs with its limits', () => {
  expect(agentUnit(SOUND, EXPECTED).result).toBe('held');
});

test.each([
  ['down', { agent: { ...SOUND.agent, ActiveState: 'inactive' } }, /inactive/],
  ['root', { runsAs: { user: 'root', uid: 0 } }, /runs as root/],
  ['another number', { runsAs: { user: 'agent', uid: 1000 } }, /runs as agent/],
  ['in no slice of its own', { agent: { ...SOUND.agent, Slice: 'system.slice' } }, /system\.slice/],
  [
    'without a memory limit',
    { limits: { memoryBytes: Number.POSITIVE_INFINITY, cpus: 1.8, tasks: 1 } },
    /memory: Infinity/,
  ],
  [
    'with another CPU limit',
    { limits: { memoryBytes: 1.6 * 1024 ** 3, cpus: 2, tasks: 1 } },
    /CPUs: 2, not 1\.8/,
  ],
  [
    'without a task limit',
    { limits: { memoryBytes: 1.6 * 1024 ** 3, cpus: 1.8, tasks: Number.POSITIVE_INFINITY } },
    /tasks: no limit/,
  ],
  ['without limits', { limits: undefined }, /no limit/],
  ['able to change a read-only file', { held: EXPECTED.held.slice(1) }, /the agent can change .*\.env/],
  ['never restarted', { agent: { ...SOUND.agent, Restart: 'no' } }, /Restart=no/],
])('R04 fails on an agent that is %s', (_, change, words) => {
  expect(agentUnit({ ...SOUND, ...change }, EXPECTED)).toEqual({
    result: 'failed',
    saw: expect.stringMatching(words),
  });
});

test('R05 after a reboot everything runs again', () => {
  expect(rebooted(SOUND, rebuilt, EXPECTED).result).toBe('held');
});

test.each([
  ['never happened', { boot: SOUND.boot }, /did not boot again/],
  ['made another instance', { instance: 'i-lab-2' }, /became i-lab-2/],
  ['left the agent off', { agent: { ActiveState: 'inactive' } }, /inactive/],
  ['lost the state', { written: ['boot-2', 'boot-3'] }, /lost its data/],
  ['left a state that nobody can write', { written: SOUND.written }, /could write nothing/],
  ['changed the resolver', { resolver: 'nameserver 9.9.9.9' }, /resolver/],
])('R05 fails when the reboot %s', (_, change, words) => {
  expect(rebooted(SOUND, { ...rebuilt, ...change }, EXPECTED)).toEqual({
    result: 'failed',
    saw: expect.stringMatching(words),
  });
});

describe('R06 after a stop and start changed user data is in force', () => {
  const changed = { ...EXPECTED, memoryPercent: 40 };
  const after: Inspection = { ...SOUND, limits: { memoryBytes: 0.8 * 1024 ** 3, cpus: 1.8, tasks: 4000 } };

  test('the limits changed', () => {
    expect(applied(SOUND, after, changed).result).toBe('held');
  });

  test.each([
    ['nothing changed', SOUND, SOUND, /memory: /],
    ['it was so before', after, after, /the limits were the same before/],
    ['it is another instance', SOUND, { ...after, instance: 'i-lab-2' }, /became i-lab-2/],
  ])('it fails when %s', (_, before, now, words) => {
    expect(applied(before, now, changed)).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});

const listener = (program: string, address: string, port: string, protocol = 'tcp') => ({
  ...{ program, address, port, protocol },
});

test('R07 only loopback, sshd and the DHCP client listen', () => {
  expect(quiet(SOUND).result).toBe('held');
});

test.each([
  [
    'a web server',
    [...SOUND.listening, listener('python3', '0.0.0.0', '8000')],
    /python3 on tcp 0\.0\.0\.0:8000/,
  ],
  [
    'name service of neighbours',
    [...SOUND.listening, listener('systemd-resolve', '::', '5355', 'udp')],
    /5355/,
  ],
  ['another program on port 22', [...SOUND.listening, listener('nc', '0.0.0.0', '22')], /nc on tcp/],
  [
    'sshd on another port',
    [...SOUND.listening, listener('sshd', '0.0.0.0', '2222')],
    /sshd on tcp 0\.0\.0\.0:2222/,
  ],
  ['no sshd', SOUND.listening.slice(0, 2), /nobody could log in/],
])('R07 fails on %s', (_, listening, words) => {
  expect(quiet({ ...SOUND, listening })).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
});

test("R08 the warning of Debian 12's cloud-init about its own network setup doesn't count, but any other does", () => {
  const own = "x - activators.py[WARNING]: Running ['netplan', 'apply'] resulted in stderr output: y";
  const after = (...errors: string[]) => cloudInit({ ...SOUND, cloud: { status: 'done', errors } });
  expect(after(own).result).toBe('held');
  expect(after(own, 'x - util.py[WARNING]: Boothooks script z execution error')).toEqual({
    result: 'failed',
    saw: expect.stringMatching(/^x - util.*execution error$/),
  });
});

test('R08, R09 a boot without errors and failed units', () => {
  expect([cloudInit(SOUND).result, units(SOUND).result]).toEqual(['held', 'held']);
});

test.each([
  [
    'degraded',
    { status: 'degraded done', errors: ['WARNING: boothook failed'] },
    /degraded done; WARNING: boothook/,
  ],
  ['unfinished', { status: 'running', errors: [] }, /running/],
])('R08 fails on a cloud-init that is %s', (_, cloud, words) => {
  expect(cloudInit({ ...SOUND, cloud })).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
});

test('R09 fails on a failed unit', () => {
  expect(units({ ...SOUND, failed: ['x.service'] })).toEqual({ result: 'failed', saw: 'failed: x.service' });
});

describe('R10, R11 a damaged volume and a wrong image are refused with a message', () => {
  const off: Inspection = {
    ...SOUND,
    agent: { ActiveState: 'inactive' },
    runsAs: undefined,
    journal: ['airlock: STATE VOLUME REFUSED, the agent stays off: damaged'],
  };
  const message = 'airlock: STATE VOLUME REFUSED';

  test('on the console and in the journal, and the agent is off', () => {
    expect(refused(off, message, /REFUSED/).result).toBe('held');
  });

  test.each([
    ['an agent that runs nevertheless', SOUND, message, /runs nevertheless/],
    ['a silent console', off, undefined, /console/],
    ['a silent journal', { ...off, journal: [] }, message, /journal/],
  ])('it fails with %s', (_, seen, line, words) => {
    expect(refused(seen, line, /REFUSED/)).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});

describe('R12 only the pinned package is started', () => {
  const tries: readonly Try[] = (['missing', 'refused', 'cut', 'another'] as const).map((serving) => ({
    ...{ serving, message: 'not installed', agent: 'activating' },
  }));
  const off: Inspection = { ...SOUND, agent: { ActiveState: 'inactive' } };

  test('each failure was reported, and the pinned package arrived', () => {
    expect(installed(tries, SOUND).result).toBe('held');
  });

  test.each([
    ['nothing was tried', [], SOUND, /nothing was tried/],
    ['silence', [...tries, { serving: 'cut', agent: 'inactive' }], SOUND, /no message on the console: cut/],
    [
      'another package runs',
      [{ serving: 'another', message: 'x', agent: 'active' }],
      SOUND,
      /runs nevertheless: another/,
    ],
    ['it never installs', tries, off, /does not run with the pinned package/],
    ['it was never inspected', tries, undefined, /does not run/],
  ] as const)('%s is seen', (_, some, after, words) => {
    const { result, saw } = installed(some, after);
    expect({ result, saw }).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});

describe('R14 an allowed request passes with its secret, another one does not', () => {
  const allowed = { host: 'api.example.com', method: 'GET', path: '/a', secrets: ['/s'], signed: false };
  const arrival = (secrets: readonly string[]) =>
    ({
      host: 'api.example.com',
      secrets: secrets.map((id) => ({ id, where: 'header' })),
    }) as unknown as Arrival;
  const sound: Requests = {
    ...{ allowed, status: '200', arrivals: [arrival(['/s'])], refusedStatus: '403', strays: [] },
  };

  test('both requests as expected', () => {
    expect(throughProxy(sound).result).toBe('held');
  });

  test.each([
    ['no answer', { status: '000', arrivals: [] }, /answered with 000/],
    ['no secret', { arrivals: [arrival([])] }, /without its secret: \/s/],
    ['a secret too many', { arrivals: [arrival(['/s', '/t'])] }, /another rule: \/t/],
    [
      'a proxy box that allows everything',
      { refusedStatus: '200', strays: [arrival([])] },
      /another host arrived.*answered with 200/,
    ],
  ])('%s is seen', (_, changes, words) => {
    const { result, saw } = throughProxy({ ...sound, ...changes });
    expect({ result, saw }).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
  });
});
