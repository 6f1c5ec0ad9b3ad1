import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import begin from '../../constructs/agent-host/boot/begin.sh';
import { render, writeFile } from '../../constructs/agent-host/boot/machine-file';

import { type AgentUserDataProps, agentUserData } from '../../constructs/agent-host/user-data';
import { Machine, sound } from './machine';

const BREAKOUTS = [
  "'",
  '"',
  '`',
  '\\',
  '\n',
  '\nE\n',
  '\nEE\n',
  'E',
  '$(touch /broken)',
  '${HOME}',
  '; reboot',
  '\r',
  '\0',
  '%s',
  '@PROXY@',
  '😀',
  '\t',
  ' <<\\E',
  '#',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...BREAKOUTS), fc.string({ maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

test('a file reaches the machine byte for byte, whatever it holds', () => {
  const text = hostile.map((value) => value.replaceAll(/[^\t\n\x20-\x7e]/g, ''));
  for (const shell of ['sh', 'bash']) {
    fc.assert(
      fc.property(fc.array(text, { minLength: 5, maxLength: 25 }), (texts) => {
        const machine = new Machine();
        try {
          const script = [
            render(begin),
            ...texts.map((each, index) => writeFile({ path: `/etc/f${index}`, text: each })),
          ];
          expect(machine.boot(script.join(''), shell)).toEqual({ status: 0, console: '' });
          const written = texts.map((_, index) => machine.read(`/etc/f${index}`));
          expect(written).toEqual(
            texts.map((each) => (each === '' || each.endsWith('\n') ? each : `${each}\n`)),
          );
        } finally {
          machine.remove();
        }
      }),
      { numRuns: 12 },
    );
  }
});

test.each(['\r\n', '\0', 'é', '😀', '\x1b[2J'])(
  'a file with %j is refused: shells and cloud-init would change it',
  (text) => {
    expect(() => writeFile({ path: '/etc/f', text })).toThrow('boot file /etc/f must be plain ASCII');
  },
);

const settings: readonly ((value: string) => Partial<AgentUserDataProps>)[] = [
  (stack) => ({ stack }),
  (agent) => ({ agent }),
  (runtime) => ({ runtime: runtime as 'custom' }),
  (model) => ({ runtimeSettings: { model } }),
  (region) => ({ runtimeSettings: { provider: { preset: 'anthropic', region } } }),
  (npmMirror) => ({ runtimeSettings: { npmMirror } }),
  (pypiMirror) => ({ runtimeSettings: { pypiMirror } }),
  (name) => ({ runtimeSettings: { mcpServers: [{ name, url: 'https://mcp.example.com/' }] } }),
  (tail) => ({ runtimeSettings: { mcpServers: [{ name: 'docs', url: `https://mcp.example.com/${tail}` }] } }),
  (preset) => ({ runtimeSettings: { provider: { preset } } }),
  (value) => ({ runtimeSettings: { transcriptDays: value as unknown as number } }),
  (day) => ({ updates: { day: day as 'sunday', hour: 4 } }),
  (hour) => ({ updates: { day: 'sunday', hour: hour as unknown as number } }),
  (proxyAddress) => ({ proxyAddress }),
  (stateDevice) => ({ stateDevice }),
  (aptMirror) => ({ aptMirror }),
  (tail) => ({ aptMirror: `https://mirror.example.com/${tail}` }),
  (tail) => ({ agent: `scout${tail}` }),
  (caCertificate) => ({ caCertificate }),
  (tail) => ({ caCertificate: sound().caCertificate + tail }),
  (os) => ({ os: os as 'debian-13' }),
  (value) => ({ limits: { cpuPercent: value as unknown as number, memoryPercent: 50 } }),
];

test('a hostile value is refused, or the user data has the same lines as with a sound one', () => {
  const lines = (props: AgentUserDataProps): number => agentUserData(props).split('\n').length;
  const usual = lines(sound());
  fc.assert(
    fc.property(fc.constantFrom(...settings), hostile, (setting, value) => {
      let text: string;
      try {
        text = agentUserData(sound(setting(value)));
      } catch (error) {
        expect((error as Error).message).toMatch(/cannot go into user data: write |no PEM certificate/);
        return;
      }
      expect(text.split('\n')).toHaveLength(usual);
      for (const line of text.match(/^[A-Z_]+='.*$/gm) ?? [])
        expect(line).toMatch(/^[A-Z_]+='[A-Za-z0-9.:/* -]*'$/);
    }),
    { numRuns: 600 },
  );
});

test.each([
  [
    { agent: "scout'; reboot; '" },
    /agent host agent: "scout'; reboot; '" cannot go into user data: write letters/,
  ],
  [{ proxyAddress: '10.0.0.1; reboot' }, /agent host proxyAddress: .* write an IPv4 address/],
  [{ aptMirror: 'http://mirror.example.com/debian' }, /agent host aptMirror: .* write an https address/],
  [{ aptMirror: 'https://mirror.example.com' }, /ends in the archive's path, such as \/debian/],
  [{ stateDevice: '/dev/../etc' }, /agent host stateDevice/],
  [{ limits: { cpuPercent: 0, memoryPercent: 50 } }, /limits.cpuPercent: 0 .* from 1 to 100/],
  [{ limits: { cpuPercent: 50, memoryPercent: 12.5 } }, /limits.memoryPercent: 12.5/],
  [{ os: 'debian-11' as 'debian-12' }, /debian-13 or debian-12/],
  [{ caCertificate: 'E\nreboot\n' }, /caCertificate is no PEM certificate/],
])('%o is refused with what to write instead', (changes, message) => {
  expect(() => agentUserData(sound(changes as Partial<AgentUserDataProps>))).toThrow(message);
});

test('what a custom resource returns stays data, even the here-document’s own end', () => {
  const machine = new Machine();
  const end = `E\ntouch "$R/broken"\nE`;
  // As CloudFormation would join it: user-data.ts puts "\n " between the lines of the attribute.
  const text = agentUserData(sound()).replace(
    /^ -----BEGIN[\s\S]*?-----END CERTIFICATE-----$/m,
    ` ${end.replaceAll('\n', '\n ')}`,
  );
  const { status, console: said } = machine.boot(text);
  expect(status).not.toBe(0);
  expect(said).toContain('NOT CONFIGURED, the agent stays off: the CA certificate is not usable');
  expect(machine.has('/broken')).toBe(false);
  expect(machine.read('/usr/local/share/ca-certificates/airlock.crt')).toBe(`${end}\n`);
  machine.remove();
});

test.each(['sh', 'bash'])('the whole text parses in %s', (shell) => {
  execFileSync(shell, ['-n'], { input: agentUserData(sound({ root: false })) });
});
