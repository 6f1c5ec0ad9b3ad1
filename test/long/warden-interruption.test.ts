import fc from 'fast-check';
import { type Memory, NOTHING, pass } from '../../lib/warden/pass';
import { type Authority, makeAuthority } from '../warden/support/authority';
import { BOX, Cut, FakeBox, NEXT_RELEASE, RELEASE } from '../warden/support/fake-box';
import { bundleText, type Document, soundConfig, variant, WRITE_PARAMETER } from '../warden/support/policy';

/** Deployments a box may meet; only these rules may ever be in a file or in force. */
const SOUND = [bundleText(), variant('/b'), variant('/c'), timeout('30m')];
const UNSOUND = [
  spoilt((config) => (config.transforms[1].config.warn = true)),
  spoilt((config) => (config.dns.passthrough = ['*'])),
  spoilt((config) => (config.metrics.listen = ':9090')),
  'a: [',
  '',
];
const RULES = new Set(
  [
    ...soundConfig().transforms[1].config.rules,
    ...['/b', '/c'].map((path) => ({ host: 'www.example.com', methods: ['GET'], paths: [path] })),
  ].map((rule) => JSON.stringify(rule)),
);

function timeout(value: string): string {
  return spoilt((config) => (config.proxy.upstream_response_header_timeout = value));
}

function spoilt(spoil: (config: Document) => void): string {
  const config = soundConfig();
  spoil(config);
  return bundleText(config);
}

/** What no file and no process may ever hold, judged without warden's own code. */
function openings(text: string, everSet: boolean): readonly string[] {
  const { transforms, dns, proxy, metrics, tls, log: _, ...others } = JSON.parse(text);
  const [gate, allowlist] = transforms;
  const sound = soundConfig();
  return [
    JSON.stringify(gate) !== JSON.stringify(sound.transforms[0]) && 'no gate first',
    allowlist.name !== 'allowlist' && 'no allowlist next',
    Object.keys(allowlist.config).join() !== 'rules' && 'more than rules in the allowlist',
    allowlist.config.rules.some((rule: object) => !RULES.has(JSON.stringify(rule))) &&
      'a rule nobody deployed',
    !everSet && /PATCH/.test(text) && 'a rule whose secret was never set',
    JSON.stringify(dns) !== JSON.stringify(sound.dns) && 'another dns',
    JSON.stringify(proxy.upstream_deny_cidrs) !== JSON.stringify(sound.proxy.upstream_deny_cidrs) &&
      'another deny list',
    JSON.stringify(tls) !== JSON.stringify(sound.tls) && 'another authority',
    !['8443 9090', '8444 9091'].includes(
      [proxy.https_listen, metrics.listen].map((listen) => listen.replace('127.0.0.1:', '')).join(' '),
    ) && 'other listeners',
    Object.keys(others).length > 0 && 'other parts',
  ].filter((found) => found !== false);
}

type Event = (world: { box: FakeBox; authorities: readonly Authority[]; everSet: boolean }) => void;

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(...SOUND).map(
    (text): Event =>
      ({ box }) =>
        box.deploy(text),
  ),
  fc.constantFrom(...SOUND).map(
    (text): Event =>
      ({ box }) =>
        box.deploy(text, { ironProxy: NEXT_RELEASE }),
  ),
  fc.constantFrom(...UNSOUND).map(
    (text): Event =>
      ({ box }) =>
        box.deploy(text),
  ),
  fc.constantFrom('AccessDeniedException', undefined).map(
    (fault): Event =>
      ({ box }) => {
        box.awsFault = fault;
      },
  ),
  fc.constantFrom('/b', '30m', '0.51', '/never').map(
    (word): Event =>
      ({ box }) => {
        box.refuses = (text, binary) => (text.includes(word) || binary.startsWith(word) ? 'no' : undefined);
      },
  ),
  fc.constantFrom(0, 1).map(
    (which): Event =>
      ({ box, authorities }) =>
        box.authority(authorities[which] as Authority),
  ),
  fc.constantFrom(50, 5000).map(
    (mib): Event =>
      ({ box }) => {
        box.freeBytes = mib * 1024 ** 2;
      },
  ),
  fc.constantFrom('gone', 'garbage').map(
    (how): Event =>
      ({ box }) => {
        if (how === 'gone') box.parameters.delete(BOX.parameter);
        else box.put(BOX.parameter, '[]');
      },
  ),
  fc.constant<Event>((world) => {
    world.everSet = true;
    world.box.put(WRITE_PARAMETER, 'ciphertext');
  }),
  fc.constant<Event>(({ box }) => {
    box.clock += 5 * 60_000;
  }),
  fc.constant<Event>(({ box }) => {
    box.processes.clear();
  }),
);

const turn = fc.record({
  event,
  cutAfter: fc.oneof({ weight: 3, arbitrary: fc.nat(25) }, fc.constant(Number.POSITIVE_INFINITY)),
  after: fc.constantFrom('kill', 'reboot'),
});

describe('warden cut off anywhere', () => {
  test('never leaves an open or unchecked policy, and always finds its way back', async () => {
    const authorities = [await makeAuthority('one'), await makeAuthority('two')];
    let cuts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 5, maxLength: 12, size: 'max' }), async (turns) => {
        const box = await FakeBox.make();
        box.parameters.set(WRITE_PARAMETER, { value: 'UNSET', version: 1 });
        const world = { box, authorities, everSet: false };
        box.watch = () => {
          for (const text of [
            ...Object.values(box.paths.policies).map((path) => box.files.get(path)),
            ...[...box.processes.values()].map((process) => process.text),
          ]) {
            if (text !== undefined) expect(openings(text, world.everSet)).toEqual([]);
          }
        };
        let memory: Memory = NOTHING;
        for (const { event: happen, cutAfter, after } of turns) {
          happen(world);
          box.resume();
          box.cutAfter = cutAfter;
          try {
            memory = (await pass(box, BOX, memory)).memory;
          } catch (error) {
            if (!(error instanceof Cut)) throw error;
            cuts += 1;
            memory = NOTHING;
            if (after === 'reboot') box.reboot();
          }
        }
        await expectRecovery(box, memory);
      }),
      { numRuns: 60 },
    );
    expect(cuts).toBeGreaterThan(20);
  });
});

/** With every fault gone and a fresh deployment, a few polls bring it into force. */
async function expectRecovery(box: FakeBox, start: Memory): Promise<void> {
  box.resume();
  box.awsFault = undefined;
  box.refuses = () => undefined;
  box.freeBytes = 5000 * 1024 ** 2;
  box.deploy(variant('/c'), { ironProxy: RELEASE });
  let memory = start;
  for (let poll = 0; poll < 4; poll += 1) {
    box.clock += 3 * 60_000;
    memory = (await pass(box, BOX, memory)).memory;
  }
  expect(box.process?.text).toContain('/c');
  expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  expect(box.policy).toBe(box.process?.text);
}
