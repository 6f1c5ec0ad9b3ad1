import { NOTHING, pass } from '../../lib/warden/pass';
import { opensOnly } from '../../lib/warden/retire';
import { BOX } from './support/fake-box';
import { bundleText, type Document, soundConfig, variant, WRITE_PARAMETER } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

const edited = (edit: (config: Document) => unknown): Document => {
  const config = soundConfig();
  edit(config);
  return config;
};
/** A policy with one rule less. */
const CLOSING = bundleText(edited((config) => config.transforms[1].config.rules.pop()));

describe('a changed policy', () => {
  test('starts beside the running one, gets new connections, and lets the older one end what it began', async () => {
    const { box, poll, text } = await settled();
    box.connections = [8443, 8444];
    box.deploy(variant('/new'));
    await poll();
    expect(box.process?.text).toContain('/new');
    expect(box.files.get(box.paths.front)).toContain('server a 127.0.0.1:8444 source 127.0.0.2\n');
    for (const minutes of [1, 13]) {
      box.clock += minutes * MINUTE;
      await poll();
      expect(box.processes.get('a')?.text).toBe(text);
    }
    box.connections = [8444];
    expect((await poll()).health.healthy).toBe(true);
    expect([...box.processes.keys()]).toEqual(['b']);
  });

  test('does not end the older one before what the front had accepted has arrived', async () => {
    const { box, poll } = await settled();
    box.deploy(variant('/new'));
    await poll();
    expect([...box.processes.keys()].sort()).toEqual(['a', 'b']);
    box.clock += 16_000;
    await poll();
    expect([...box.processes.keys()]).toEqual(['b']);
  });

  test('ends the older one after 15 minutes, whatever it still does', async () => {
    const { box, poll } = await settled();
    box.connections = [8443];
    box.deploy(variant('/new'));
    await poll();
    box.clock += 16 * MINUTE;
    await poll();
    expect([...box.processes.keys()]).toEqual(['b']);
  });

  test('that closes a rule ends the older one at once, with its connections, also after a cut', async () => {
    const { box, poll } = await settled();
    box.connections = [8443];
    box.deploy(CLOSING);
    await poll();
    expect([...box.processes.keys()]).toEqual(['b']);
    box.deploy(bundleText());
    await poll();
    box.files.delete(box.paths.retirement);
    await pass(box, BOX, NOTHING);
    expect([...box.processes.keys()]).toEqual(['a']);
  });

  test('that only opens keeps the older one while the front can not lead to the new one', async () => {
    const { box, poll } = await settled();
    const run = box.run.bind(box);
    box.run = async (command) =>
      command.file === 'haproxy' ? { status: 1, output: 'unknown keyword' } : run(command);
    box.deploy(variant('/new'));
    await poll();
    box.clock += 20 * MINUTE;
    expect(codes(await poll())).toEqual(['front-refused']);
    expect([...box.processes.keys()].sort()).toEqual(['a', 'b']);
    box.deploy(CLOSING);
    await poll();
    expect([...box.processes.keys()]).toEqual(['a']);
  });

  test('comes back to the slot that it had after a boot', async () => {
    const { box, poll } = await settled();
    box.deploy(variant('/new'));
    await poll();
    box.reboot();
    await poll(NOTHING);
    expect([box.slot, [...box.processes.keys()]]).toEqual(['b', ['b']]);
  });
});

test('SEC-2 another value of a secret ends the iron-proxy that knows the old one, and nothing else changes', async () => {
  const { box, poll, text } = await settled();
  box.connections = [8443];
  box.put(WRITE_PARAMETER, 'another ciphertext');
  expect((await poll()).health.healthy).toBe(true);
  expect([...box.processes.keys()]).toEqual(['b']);
  expect(box.process?.text).toBe(
    text.replace('8480', '8481').replace('8443', '8444').replace('9090', '9091'),
  );
});

describe('a policy that only opens', () => {
  const rule = { host: 'www.example.com', paths: ['/new'] };
  test.each<[string, boolean, (config: Document) => unknown]>([
    ['is the same', true, () => undefined],
    ['has one more rule', true, (c) => c.transforms[1].config.rules.push(rule)],
    [
      'has one more rule, and a secret for it',
      true,
      (c) => {
        c.transforms[1].config.rules.push(rule);
        c.transforms[3].config.secrets.push({ ...c.transforms[3].config.secrets[0], rules: [rule] });
      },
    ],
    ['has a rule less', false, (c) => c.transforms[1].config.rules.pop()],
    ['has another rule instead', false, (c) => (c.transforms[1].config.rules[0] = rule)],
    ['puts no secret into a request', false, (c) => c.transforms[3].config.secrets.pop()],
    ['lets fewer headers pass', false, (c) => c.transforms[2].config.headers.pop()],
    [
      'shows the gate the bodies of a rule',
      false,
      (c) =>
        c.transforms.splice(3, 0, {
          name: 'grpc',
          config: { name: 'gate-bodies', rules: [c.transforms[1].config.rules[0]] },
        }),
    ],
    ['waits longer', false, (c) => (c.proxy.upstream_response_header_timeout = '30m')],
  ])('%s: %s', (_, opens, edit) => {
    const [before, after] = [soundConfig(), edited(edit)] as never[];
    expect(opensOnly(before as never, after as never)).toBe(opens);
  });
});
