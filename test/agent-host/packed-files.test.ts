import { packFiles, unpackFiles } from '../../constructs/agent-host/boot/packed-files';
import { agentUserData } from '../../constructs/agent-host/user-data';
import { RUNTIMES } from '../../lib/config/model';
import { Machine, settingsFor, sound } from './machine';

const block = (userData: string): string => /^base64 -d .*\n.*\nE\n/m.exec(userData)?.[0] ?? '';

test('what is packed can be read again, and says the same', () => {
  const files = [
    { path: '/etc/a', text: 'one\n' },
    { path: '/etc/b', text: 'E\ntwo\n', mode: '755' as const },
  ];
  expect(unpackFiles(`before\n${packFiles(files)}after\n`)).toBe(
    'before\nput 644 /etc/a <<\\E\none\nE\nput 755 /etc/b <<\\EE\nE\ntwo\nEE\nafter\n',
  );
  expect(unpackFiles('nothing packed\n')).toBe('nothing packed\n');
  const packed = packFiles(files);
  for (const broken of [packed.replace(/^H4s.{20}/m, 'AAAA'), packed.replace(/^H4s.*$/m, '')]) {
    expect(unpackFiles(broken)).toBe(broken);
  }
});

test.each(RUNTIMES)('no setting is packed: every change of one is plain text in the diff: %s', (runtime) => {
  const one = block(agentUserData(sound({ runtime, runtimeSettings: settingsFor(runtime) })));
  const other = block(
    agentUserData({
      ...sound({
        runtime,
        agent: 'other',
        os: 'debian-12',
        root: false,
        proxyAddress: '10.64.4.9',
        aptMirror: undefined,
      }),
      limits: { cpuPercent: 11, memoryPercent: 12 },
      runtimeSettings: {
        ...settingsFor(runtime),
        model: 'another-model',
        mcpServers: [{ name: 'docs', url: 'https://mcp.example.com/' }],
        skills: [{ name: 'notes', version: '1.0.0', sha256: '0'.repeat(64) }],
        transcriptDays: 3,
      },
    }),
  );
  expect(one.length).toBeGreaterThan(1000);
  expect(other).toBe(one);
});

test('a block that was cut or changed configures nothing', () => {
  const machine = new Machine();
  const userData = agentUserData(sound());
  const packed = block(userData).split('\n')[1] as string;
  for (const broken of [packed.slice(0, -40), `${packed.slice(0, 400)}AAAA${packed.slice(404)}`]) {
    const { status, console: said } = machine.boot(userData.replace(packed, broken));
    expect(status).not.toBe(0);
    expect(said).toMatch(/NOT CONFIGURED, the agent stays off: unpacking/);
    expect(machine.has('/usr/lib/airlock/wait')).toBe(false);
  }
  machine.remove();
});
