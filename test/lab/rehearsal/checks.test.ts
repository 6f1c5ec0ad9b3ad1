import type { Arrival } from '../../../lab/proxy/plan/wire';
import { agentUnit } from '../../../lab/rehearsal/plan/checks/agent-unit';
import { applied, rebooted } from '../../../lab/rehearsal/plan/checks/boots';
import { firstCall } from '../../../lab/rehearsal/plan/checks/first-call';
import { installed, type Try } from '../../../lab/rehearsal/plan/checks/installed';
import { cloudInit, quiet, units } from '../../../lab/rehearsal/plan/checks/machine';
import { type Passage, passes } from '../../../lab/rehearsal/plan/checks/passage';
import { refused, stateKept } from '../../../lab/rehearsal/plan/checks/state';
import { waiting } from '../../../lab/rehearsal/plan/checks/waiting';
import type { Flow } from '../../../lab/rehearsal/plan/flow';
import type { Sight } from '../../../lab/rehearsal/plan/sight';
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
const DOOR = flow('tcp', PROXY, 443, 1020.5);
const calls = (flows: readonly Flow[], sight: Sight = SOUND) =>
  firstCall({ sight, flows, proxy: PROXY, resolvers: ['9.9.9.9'], clock: CLOCK });

describe('R01 DNS and certificate are set before the first call', () => {
  test('what the link answers is no call', () => {
    expect(calls([...LINK, DOOR])).toEqual({
      held: true,
      saw: expect.stringContaining(`tcp to ${PROXY}:443`),
    });
  });

  test("what cloud-init asks of DHCP's resolvers before there is user data is told apart, and only that", () => {
    const asked = (first: number, last: number, to = '9.9.9.9', port = 53) =>
      calls([...LINK, flow('udp', to, port, first, last), DOOR]);
    expect(asked(1004, 1015)).toEqual({
      held: true,
      saw: expect.stringContaining('asked 9.9.9.9 for names'),
    });
    expect(asked(1004, 1025).held).toBe(false);
    expect(asked(1004, 1015, '8.8.8.8').held).toBe(false);
    expect(asked(1004, 1015, '9.9.9.9', 443).held).toBe(false);
  });

  test.each([
    ['no call at all', LINK, SOUND, /no call was seen/],
    [
      'a call to another resolver',
      [...LINK, flow('udp', '9.9.9.9', 53, 1030), DOOR],
      SOUND,
      /calls to others: udp to 9\.9\.9\.9:53/,
    ],
    [
      'metadata asked on another port',
      [flow('tcp', '169.254.169.254', 443, 1030), DOOR],
      SOUND,
      /169\.254\.169\.254:443/,
    ],
    ['a call too early', [flow('udp', PROXY, 53, 1012), DOOR], SOUND, /8\.0 s before the configuration/],
    ['no step that waits', [DOOR], { ...SOUND, door: {} }, /never began/],
    [
      'two resolvers',
      [DOOR],
      { ...SOUND, resolver: `nameserver ${PROXY}\nnameserver 9.9.9.9` },
      /resolvers: .*9\.9\.9\.9/,
    ],
    ['a certificate that nobody trusts', [DOOR], { ...SOUND, trusted: false }, /not trusted/],
  ])('it fails with %s', (_, flows, sight, words) => {
    expect(calls(flows, sight)).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});

describe('R02 the agent waits for its door', () => {
  const shut: Sight = {
    ...SOUND,
    agent: { ActiveState: 'inactive' },
    runsAs: undefined,
    journal: ['airlock: waiting for the proxy box 10.64.4.5: port 443 is shut'],
  };
  const said = 'airlock: waiting for the proxy box';

  test('it waits, says so twice, and carries on', () => {
    expect(waiting({ shut, open: SOUND, said }).held).toBe(true);
  });

  test.each([
    [
      'an agent that runs before',
      { shut: { ...shut, agent: { ActiveState: 'active' } }, open: SOUND, said },
      /runs while its door/,
    ],
    ['a silent console', { shut, open: SOUND }, /console/],
    ['a silent journal', { shut: { ...shut, journal: [] }, open: SOUND, said }, /journal/],
    ['an agent that never comes', { shut, open: shut, said }, /inactive after/],
    ['a door that stays shut', { shut, said }, /off after/],
  ])('it fails with %s', (_, seen, words) => {
    expect(waiting(seen)).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});

test('R03 a state volume that is kept holds what was on it', () => {
  expect(stateKept(SOUND, rebuilt).held).toBe(true);
});

test.each([
  ['never made', { ...SOUND, journal: [] }, rebuilt, /made no file system/],
  ['made twice', SOUND, { ...rebuilt, journal: SOUND.journal }, /made a file system again/],
  ['not mounted', SOUND, { ...rebuilt, mount: '' }, /not mounted/],
  ['never written', { ...SOUND, memory: [] }, rebuilt, /wrote nothing/],
  ['blank', SOUND, { ...rebuilt, memory: ['boot-2'] }, /lost in the rebuild: 1 of 1/],
])('R03 fails on a state volume that was %s', (_, first, second, words) => {
  expect(stateKept(first, second)).toEqual({ held: false, saw: expect.stringMatching(words) });
});

test('R04 the unit is up with its limits', () => {
  expect(agentUnit(SOUND, EXPECTED).held).toBe(true);
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
  ['able to change what is held', { held: EXPECTED.held.slice(1) }, /\.env is the agent's to change/],
  ['never restarted', { agent: { ...SOUND.agent, Restart: 'no' } }, /Restart=no/],
])('R04 fails on an agent that is %s', (_, change, words) => {
  expect(agentUnit({ ...SOUND, ...change }, EXPECTED)).toEqual({
    held: false,
    saw: expect.stringMatching(words),
  });
});

test('R05 a reboot brings everything back', () => {
  expect(rebooted(SOUND, rebuilt, EXPECTED).held).toBe(true);
});

test.each([
  ['never happened', { boot: SOUND.boot }, /did not boot again/],
  ['made another instance', { instance: 'i-lab-2' }, /became i-lab-2/],
  ['left the agent off', { agent: { ActiveState: 'inactive' } }, /inactive/],
  ['lost the state', { memory: ['boot-2', 'boot-3'] }, /lost what was on it/],
  ['left a state that nobody can write', { memory: SOUND.memory }, /could write nothing/],
  ['changed the resolver', { resolver: 'nameserver 9.9.9.9' }, /resolver/],
])('R05 fails when the reboot %s', (_, change, words) => {
  expect(rebooted(SOUND, { ...rebuilt, ...change }, EXPECTED)).toEqual({
    held: false,
    saw: expect.stringMatching(words),
  });
});

describe('R06 a changed user data is in force after a stop and start', () => {
  const changed = { ...EXPECTED, memoryPercent: 40 };
  const after: Sight = { ...SOUND, limits: { memoryBytes: 0.8 * 1024 ** 3, cpus: 1.8, tasks: 4000 } };

  test('the limits changed', () => {
    expect(applied(SOUND, after, changed).held).toBe(true);
  });

  test.each([
    ['nothing changed', SOUND, SOUND, /memory: /],
    ['it was so before', after, after, /nothing was different/],
    ['it is another instance', SOUND, { ...after, instance: 'i-lab-2' }, /became i-lab-2/],
  ])('it fails when %s', (_, before, now, words) => {
    expect(applied(before, now, changed)).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});

const listener = (program: string, address: string, port: string, protocol = 'tcp') => ({
  ...{ program, address, port, protocol },
});

test('R07 loopback, sshd and the DHCP client are all that listens', () => {
  expect(quiet(SOUND).held).toBe(true);
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
  expect(quiet({ ...SOUND, listening })).toEqual({ held: false, saw: expect.stringMatching(words) });
});

test("R08 what Debian 12's cloud-init says of its own network setup counts for nothing, and only that", () => {
  const own = "x - activators.py[WARNING]: Running ['netplan', 'apply'] resulted in stderr output: y";
  const after = (...errors: string[]) => cloudInit({ ...SOUND, cloud: { status: 'done', errors } });
  expect(after(own).held).toBe(true);
  expect(after(own, 'x - util.py[WARNING]: Boothooks script z execution error')).toEqual({
    held: false,
    saw: expect.stringMatching(/^x - util.*execution error$/),
  });
});

test('R08, R09 a boot without errors and failed units', () => {
  expect([cloudInit(SOUND).held, units(SOUND).held]).toEqual([true, true]);
});

test.each([
  [
    'degraded',
    { status: 'degraded done', errors: ['WARNING: boothook failed'] },
    /degraded done; WARNING: boothook/,
  ],
  ['unfinished', { status: 'running', errors: [] }, /running/],
])('R08 fails on a cloud-init that is %s', (_, cloud, words) => {
  expect(cloudInit({ ...SOUND, cloud })).toEqual({ held: false, saw: expect.stringMatching(words) });
});

test('R09 fails on a failed unit', () => {
  expect(units({ ...SOUND, failed: ['x.service'] })).toEqual({ held: false, saw: 'failed: x.service' });
});

describe('R10, R11 what is damaged or wrong is refused aloud', () => {
  const off: Sight = {
    ...SOUND,
    agent: { ActiveState: 'inactive' },
    runsAs: undefined,
    journal: ['airlock: STATE VOLUME REFUSED, the agent stays off: damaged'],
  };
  const said = 'airlock: STATE VOLUME REFUSED';

  test('said twice, and the agent is off', () => {
    expect(refused(off, said, /REFUSED/).held).toBe(true);
  });

  test.each([
    ['an agent that runs all the same', SOUND, said, /runs all the same/],
    ['a silent console', off, undefined, /console/],
    ['a silent journal', { ...off, journal: [] }, said, /journal/],
  ])('it fails with %s', (_, sight, line, words) => {
    expect(refused(sight, line, /REFUSED/)).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});

describe('R12 only the pinned package is ever started', () => {
  const tries: readonly Try[] = (['missing', 'refused', 'cut', 'another'] as const).map((serving) => ({
    ...{ serving, said: 'not installed', agent: 'activating' },
  }));
  const off: Sight = { ...SOUND, agent: { ActiveState: 'inactive' } };

  test('each failure was said, and the pinned one came', () => {
    expect(installed(tries, SOUND).held).toBe(true);
  });

  test.each([
    ['nothing was tried', [], SOUND, /nothing was tried/],
    ['silence', [...tries, { serving: 'cut', agent: 'inactive' }], SOUND, /says so: cut/],
    [
      'another package runs',
      [{ serving: 'another', said: 'x', agent: 'active' }],
      SOUND,
      /all the same: another/,
    ],
    ['it never installs', tries, off, /does not run with the pinned one/],
    ['it was never looked at', tries, undefined, /does not run/],
  ] as const)('%s is seen', (_, some, after, words) => {
    const { held, saw } = installed(some, after);
    expect({ held, saw }).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});

describe('R14 what is allowed passes with its secret, and nothing else', () => {
  const allowed = { host: 'api.example.com', method: 'GET', path: '/a', secrets: ['/s'], signed: false };
  const arrival = (secrets: readonly string[]) =>
    ({
      host: 'api.example.com',
      secrets: secrets.map((id) => ({ id, where: 'header' })),
    }) as unknown as Arrival;
  const sound: Passage = {
    ...{ allowed, status: '200', arrivals: [arrival(['/s'])], refusedStatus: '403', strays: [] },
  };

  test('both ways as they must be', () => {
    expect(passes(sound).held).toBe(true);
  });

  test.each([
    ['no answer', { status: '000', arrivals: [] }, /answered with 000/],
    ['no secret', { arrivals: [arrival([])] }, /without its secret: \/s/],
    ['a secret too many', { arrivals: [arrival(['/s', '/t'])] }, /another rule: \/t/],
    [
      'an open door',
      { refusedStatus: '200', strays: [arrival([])] },
      /another host arrived.*answered with 200/,
    ],
  ])('%s is seen', (_, changes, words) => {
    const { held, saw } = passes({ ...sound, ...changes });
    expect({ held, saw }).toEqual({ held: false, saw: expect.stringMatching(words) });
  });
});
