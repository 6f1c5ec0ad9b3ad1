import { spawnSync } from 'node:child_process';
import { agentFiles } from '../../constructs/agent-host/boot/agent-files';
import { bootPlan } from '../../constructs/agent-host/boot/boot-plan';
import { RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import { Machine, settingsFor, sound, testWith } from './machine';

const DROP_IN = '$U/agent.service.d/held.conf';
const hermes = (root: boolean) =>
  agentFiles(bootPlan(sound({ runtime: 'hermes', runtimeSettings: settingsFor('hermes'), root })));
const dropIn = (root: boolean) => hermes(root).rest.find(({ path }) => path === DROP_IN)?.text;

test('the unit of an agent without root mounts what its runtime reads at home, and the directory over itself', () => {
  expect(dropIn(false)).toBe(`[Service]
BindPaths=/var/lib/agent/.hermes
BindReadOnlyPaths=/etc/hermes/.env:/var/lib/agent/.hermes/.env /etc/hermes/config.yaml:/var/lib/agent/.hermes/config.yaml /etc/hermes/SOUL.md:/var/lib/agent/.hermes/SOUL.md
`);
});

test('that of one with root does not, and an earlier one is taken away', () => {
  expect(dropIn(true)).toBeUndefined();
  expect(hermes(true).absent).toContain(DROP_IN);
});

test('what is mounted is a file that the runtime has, in a directory of its own', () => {
  for (const runtime of Object.values<Runtime>(RUNTIMES)) {
    const paths = runtime.files.map(({ path }) => path);
    for (const { source, target } of runtime.mounts ?? []) {
      expect(paths).toContain(source);
      expect(target).toMatch(/^\.[a-z]+\/[A-Za-z.]+$/);
    }
  }
});

testWith('systemd-analyze')('systemd takes the drop-in', () => {
  const machine = new Machine();
  machine.write('/agent.service', '[Service]\nExecStart=/bin/true\n');
  const verify = (text: string) => {
    machine.write('/agent.service.d/held.conf', text);
    return spawnSync('systemd-analyze', ['verify', '--man=no', `${machine.root}/agent.service`], {
      encoding: 'utf8',
    }).stderr;
  };
  expect(verify(dropIn(false) ?? '')).not.toContain('held.conf');
  expect(verify('[Service]\nBindPaths=var/lib\n')).toContain('held.conf');
  machine.remove();
});
