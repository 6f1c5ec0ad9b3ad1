import type { Observation } from '../../../lab/proof/proof';
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

type Failure = readonly [law: string, what: string, observed: Observation, saw: RegExp];
const GIB = 1024 ** 3;

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
const connections = (flows: readonly Flow[], changes: Partial<Inspection> = {}) =>
  firstConnection({
    ...{ seen: { ...SOUND, ...changes }, flows, proxy: PROXY, resolvers: ['9.9.9.9'], clock: CLOCK },
  });
/** A query of cloud-init before it has user data. */
const early = (first: number, last: number, to = '9.9.9.9', port = 53) =>
  connections([...LINK, flow('udp', to, port, first, last), TO_PROXY]);

const off: Inspection = { ...SOUND, agent: { ActiveState: 'inactive' }, runsAs: undefined, journal: [] };
const WAITS = 'airlock: waiting for the proxy box';
const without: Inspection = { ...off, journal: [`${WAITS} 10.64.4.5: port 443 is shut`] };

const unit = (changes: Partial<Inspection>) => agentUnit({ ...SOUND, ...changes }, EXPECTED);
const limits = (memoryGiB: number, cpus: number, tasks: number) =>
  unit({ limits: { memoryBytes: memoryGiB * GIB, cpus, tasks } });
const again = (changes: Partial<Inspection>) => rebooted(SOUND, { ...rebuilt, ...changes }, EXPECTED);
const changed = { ...EXPECTED, memoryPercent: 40 };
const halved: Inspection = { ...SOUND, limits: { memoryBytes: 0.8 * GIB, cpus: 1.8, tasks: 4000 } };

const listening = (program: string, address: string, port: string, protocol = 'tcp') =>
  quiet({ ...SOUND, listening: [...SOUND.listening, { program, address, port, protocol }] });
const cloud = (status: string, ...errors: string[]) => cloudInit({ ...SOUND, cloud: { status, errors } });
/** Debian 12's cloud-init logs this about its own network setup. */
const OWN = "x - activators.py[WARNING]: Running ['netplan', 'apply'] resulted in stderr output: y";

const REFUSED = 'airlock: STATE VOLUME REFUSED';
const refusing: Inspection = { ...off, journal: [`${REFUSED}, the agent stays off: damaged`] };

const attempt = (serving: Try['serving'], agent = 'activating', message?: string): Try => ({
  ...{ serving, agent, message },
});
const tries = (['missing', 'refused', 'cut', 'another'] as const).map((serving) =>
  attempt(serving, 'activating', 'not installed'),
);

const arrival = (...secrets: string[]) =>
  ({
    host: 'api.example.com',
    secrets: secrets.map((id) => ({ id, where: 'header' })),
  }) as unknown as Arrival;
const requests = (changes: Partial<Requests> = {}) =>
  throughProxy({
    allowed: { host: 'api.example.com', method: 'GET', path: '/a', secrets: ['/s'], signed: false },
    ...{ status: '200', arrivals: [arrival('/s')], refusedStatus: '403', strays: [], ...changes },
  });

test.each<readonly [string, Observation]>([
  ['R01, and an answer of the link is no connection', connections([...LINK, TO_PROXY])],
  ["R01, and an early query to DHCP's resolvers is an exception", early(1004, 1015)],
  ['R02', waiting({ without, with: SOUND, message: WAITS })],
  ['R03', stateKept(SOUND, rebuilt)],
  ['R04', unit({})],
  ['R05', again({})],
  ['R06', applied(SOUND, halved, changed)],
  ['R07', quiet(SOUND)],
  ['R08', cloudInit(SOUND)],
  ["R08, and the warning of Debian 12's cloud-init about its own network setup", cloud('done', OWN)],
  ['R09', units(SOUND)],
  ['R10, R11, R13, R15, R16', refused(refusing, REFUSED, /REFUSED/)],
  ['R12', installed(tries, SOUND)],
  ['R14', requests()],
])('a correct machine holds %s', (_, { result, saw }) => {
  expect({ result, saw }).toEqual({ result: 'held', saw });
});

test('R01 names the first connection, and the early queries of cloud-init', () => {
  expect(connections([...LINK, TO_PROXY]).saw).toContain(`tcp to ${PROXY}:443`);
  expect(early(1004, 1015).saw).toContain('asked 9.9.9.9 for names');
});

test.each<Failure>([
  ['R01', 'no connection', connections(LINK), /no connection was seen/],
  ['R01', 'a late query', early(1004, 1025), /udp to 9\.9\.9\.9:53/],
  ['R01', 'an early query to another resolver', early(1004, 1015, '8.8.8.8'), /udp to 8\.8\.8\.8:53/],
  ['R01', 'an early query on another port', early(1004, 1015, '9.9.9.9', 443), /udp to 9\.9\.9\.9:443/],
  [
    'R01',
    'another resolver',
    connections([...LINK, flow('udp', '9.9.9.9', 53, 1030), TO_PROXY]),
    /others: udp to 9\.9\.9\.9:53/,
  ],
  [
    'R01',
    'another port of metadata',
    connections([flow('tcp', '169.254.169.254', 443, 1030), TO_PROXY]),
    /169\.254\.169\.254:443/,
  ],
  ['R01', 'an early connection', connections([flow('udp', PROXY, 53, 1012)]), /8\.0 s before/],
  ['R01', 'no step that waits', connections([TO_PROXY], { proxyWait: {} }), /never began/],
  [
    'R01',
    'two resolvers',
    connections([TO_PROXY], { resolver: `nameserver ${PROXY}\nnameserver 9.9.9.9` }),
    /resolvers: .*9\.9\.9\.9/,
  ],
  ['R01', 'an untrusted certificate', connections([TO_PROXY], { trusted: false }), /not trusted/],
  [
    'R02',
    'an agent that runs before',
    waiting({ without: SOUND, with: SOUND, message: WAITS }),
    /without its/,
  ],
  ['R02', 'a silent console', waiting({ without, with: SOUND }), /console/],
  ['R02', 'a silent journal', waiting({ without: off, with: SOUND, message: WAITS }), /journal/],
  ['R02', 'an agent that stays off', waiting({ without, with: off, message: WAITS }), /inactive with/],
  ['R02', 'no proxy box at all', waiting({ without, message: WAITS }), /off with/],
  ['R03', 'a volume never formatted', stateKept({ ...SOUND, journal: [] }, rebuilt), /made no file system/],
  ['R03', 'a volume formatted twice', stateKept(SOUND, { ...rebuilt, journal: SOUND.journal }), /again/],
  ['R03', 'a volume that is not mounted', stateKept(SOUND, { ...rebuilt, mount: '' }), /not mounted/],
  ['R03', 'a volume never written', stateKept({ ...SOUND, written: [] }, rebuilt), /wrote nothing/],
  ['R03', 'a blank volume', stateKept(SOUND, { ...rebuilt, written: ['boot-2'] }), /rebuild: 1 of 1/],
  ['R04', 'an agent that is off', unit({ agent: { ...SOUND.agent, ActiveState: 'inactive' } }), /inactive/],
  ['R04', 'root', unit({ runsAs: { user: 'root', uid: 0 } }), /runs as root/],
  ['R04', 'another uid', unit({ runsAs: { user: 'agent', uid: 1000 } }), /runs as agent/],
  ['R04', 'another slice', unit({ agent: { ...SOUND.agent, Slice: 'system.slice' } }), /system\.slice/],
  ['R04', 'no memory limit', limits(Number.POSITIVE_INFINITY, 1.8, 1), /memory: Infinity/],
  ['R04', 'another CPU limit', limits(1.6, 2, 1), /CPUs: 2, not 1\.8/],
  ['R04', 'no task limit', limits(1.6, 1.8, Number.POSITIVE_INFINITY), /tasks: no limit/],
  ['R04', 'no limits', unit({ limits: undefined }), /no limit/],
  ['R04', 'a file that the agent can change', unit({ held: EXPECTED.held.slice(1) }), /can change .*\.env/],
  ['R04', 'no restart', unit({ agent: { ...SOUND.agent, Restart: 'no' } }), /Restart=no/],
  ['R05', 'no reboot', again({ boot: SOUND.boot }), /did not boot again/],
  ['R05', 'another instance', again({ instance: 'i-lab-2' }), /became i-lab-2/],
  ['R05', 'an agent that is off', again({ agent: { ActiveState: 'inactive' } }), /inactive/],
  ['R05', 'a lost state', again({ written: ['boot-2', 'boot-3'] }), /lost its data/],
  ['R05', 'a state that is not writable', again({ written: SOUND.written }), /could write nothing/],
  ['R05', 'another resolver', again({ resolver: 'nameserver 9.9.9.9' }), /resolver/],
  ['R06', 'no change', applied(SOUND, SOUND, changed), /memory: /],
  ['R06', 'the same limits before', applied(halved, halved, changed), /the same before/],
  ['R06', 'another instance', applied(SOUND, { ...halved, instance: 'i-lab-2' }, changed), /became i-lab-2/],
  ['R07', 'a web server', listening('python3', '0.0.0.0', '8000'), /python3 on tcp 0\.0\.0\.0:8000/],
  ['R07', 'LLMNR', listening('systemd-resolve', '::', '5355', 'udp'), /5355/],
  ['R07', 'another program on port 22', listening('nc', '0.0.0.0', '22'), /nc on tcp/],
  ['R07', 'sshd on another port', listening('sshd', '0.0.0.0', '2222'), /sshd on tcp 0\.0\.0\.0:2222/],
  ['R07', 'no sshd', quiet({ ...SOUND, listening: SOUND.listening.slice(0, 2) }), /nobody could log in/],
  ['R08', 'a degraded boot', cloud('degraded done', 'WARNING: boothook'), /degraded done; WARNING: boothook/],
  ['R08', 'an unfinished boot', cloud('running'), /running/],
  [
    'R08',
    'another warning',
    cloud('done', OWN, 'x - Boothooks script error'),
    /^x - Boothooks script error$/,
  ],
  ['R09', 'a failed unit', units({ ...SOUND, failed: ['x.service'] }), /failed: x\.service/],
  ['R10', 'an agent that runs nevertheless', refused(SOUND, REFUSED, /REFUSED/), /runs nevertheless/],
  ['R10', 'a silent console', refused(refusing, undefined, /REFUSED/), /console/],
  ['R10', 'a silent journal', refused(off, REFUSED, /REFUSED/), /journal/],
  ['R12', 'no attempt', installed([], SOUND), /nothing was tried/],
  ['R12', 'no message', installed([...tries, attempt('cut')], SOUND), /no message on the console: cut/],
  ['R12', 'another package', installed([attempt('another', 'active', 'x')], SOUND), /nevertheless: another/],
  ['R12', 'no installation', installed(tries, off), /does not run with the pinned package/],
  ['R12', 'no inspection', installed(tries), /does not run/],
  ['R14', 'no answer', requests({ status: '000', arrivals: [] }), /answered with 000/],
  ['R14', 'no secret', requests({ arrivals: [arrival()] }), /without its secret: \/s/],
  ['R14', 'the secret of another rule', requests({ arrivals: [arrival('/s', '/t')] }), /another rule: \/t/],
  [
    'R14',
    'a proxy box that allows everything',
    requests({ refusedStatus: '200', strays: [arrival()] }),
    /another host arrived.*answered with 200/,
  ],
])('%s fails on %s', (_, __, { result, saw }, words) => {
  expect({ result, saw }).toEqual({ result: 'failed', saw: expect.stringMatching(words) });
});
