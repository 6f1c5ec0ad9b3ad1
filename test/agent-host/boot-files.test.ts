import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackFiles } from '../../constructs/agent-host/boot/packed-files';
import { agentUserData } from '../../constructs/agent-host/user-data';
import { DAYS } from '../../constructs/names';
import { temporary } from '../support/temporary';
import { authority, Machine, sound, testWith, useConfiguredMachine } from './machine';

const machine = useConfiguredMachine();
beforeAll(() => {
  machine.configure({ root: false, scan: true });
  // Both answers to host.root at once, so that each file is seen by its own tool.
  machine.write('/sudoers', 'agent ALL=(ALL:ALL) NOPASSWD: ALL\n');
});

const at = (path: string): string => machine.at(path);

testWith('shellcheck')('shellcheck finds nothing in the boothook and its scripts', () => {
  machine.write('/boothook', unpackFiles(agentUserData(sound())).replace('#cloud-boothook\n', ''));
  const files = join(__dirname, '../../constructs/agent-host');
  const scripts = readdirSync(files, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh') && !/boot.(begin|dns|ca|start)/.test(name))
    .map((name) => join(files, name));
  expect(scripts.length).toBeGreaterThan(10);
  // SC1091: it can't read the two files that only a host has. Comments, exceptions included, stay in the repository.
  const found = spawnSync('shellcheck', ['-e', 'SC1091', at('/boothook'), ...scripts], {
    encoding: 'utf8',
  });
  expect(found.stdout).toBe('');
});

testWith('systemd-analyze')('systemd takes every unit', () => {
  const units = at('/etc/systemd/system');
  // Paths that only a real host has: the checker looks for executables and users.
  machine.write('/opt/agent/run', '#!/bin/sh\n');
  machine.run(['chmod', '755', at('/opt/agent/run')]);
  const edit = 's#/usr/lib/airlock/%j#/bin/true#; s#=/opt/agent/run#=/bin/true#';
  machine.run(['sh', '-c', `sed -i '${edit}' ${units}/*.service`]);
  const names = readdirSync(units).filter((name) => !name.endsWith('.d'));
  expect(names.sort()).toEqual([
    'agent.service',
    'agent.slice',
    'airlock-journal.service',
    'airlock-ready.target',
    'airlock-restart.service',
    'airlock-restart.timer',
    'airlock-runtime.service',
    'airlock-scan.service',
    'airlock-scan.timer',
    'airlock-state.service',
    'airlock-transcripts.service',
    'airlock-transcripts.timer',
    'airlock-wait.service',
    'var-lib-agent.mount',
  ]);
  const { stdout, stderr } = spawnSync(
    'systemd-analyze',
    ['verify', '--man=no', '--recursive-errors=no', ...names.map((name) => join(units, name))],
    { encoding: 'utf8' },
  );
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes(units))).toEqual([]);
});

testWith('systemd-analyze')(
  'systemd’s own audit gives the unit of an agent without root 3.5 or better',
  () => {
    for (const name of ['agent.service', 'agent.service.d/confined.conf']) {
      machine.write(`/audit/${name}`, machine.read(`/etc/systemd/system/${name}`));
    }
    const words = ['security', '--offline=true', '--threshold=35', at('/audit/agent.service')];
    const audit = (): number | null => spawnSync('systemd-analyze', words).status;
    expect(audit()).toBe(0);
    machine.run(['rm', at('/audit/agent.service.d/confined.conf')]);
    expect(audit()).not.toBe(0);
  },
);

testWith('visudo')('visudo takes the sudoers file', () => {
  expect(spawnSync('visudo', ['-cf', at('/sudoers')]).status).toBe(0);
});

testWith('cloud-init')('cloud-init’s schema takes the one file of its own', () => {
  expect(machine.read('/etc/cloud/cloud.cfg.d/99-airlock.cfg')).toMatch(/^#cloud-config\n/);
  const words = ['schema', '-c', at('/etc/cloud/cloud.cfg.d/99-airlock.cfg')];
  const { status, stdout, stderr } = spawnSync('cloud-init', words, { encoding: 'utf8' });
  const said = stdout + stderr;
  expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('Valid') });
});

testWith('apt-get')(
  'apt reads main, updates and security from the mirror, over https, with Debian’s keyring',
  () => {
    const parts = at('/etc/apt/sources.list.d');
    const lists = ['-o', 'Dir::Etc::sourcelist=/dev/null', '-o', `Dir::Etc::sourceparts=${parts}`];
    const out = execFileSync('apt-get', ['update', '--print-uris', ...lists], { encoding: 'utf8' });
    const releases = out.match(/^'[^']+\/InRelease'/gm);
    expect(releases).toEqual([
      "'https://mirror.example.com/debian/dists/trixie/InRelease'",
      "'https://mirror.example.com/debian/dists/trixie-updates/InRelease'",
      "'https://mirror.example.com/debian-security/dists/trixie-security/InRelease'",
    ]);
    const keyrings = machine.read('/etc/apt/sources.list.d/airlock.sources').match(/^Signed-By: .*$/gm);
    expect(new Set(keyrings)).toEqual(new Set(['Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg']));
  },
);

/** The user data through cloud-init's own code, one process a boot, with a data source that stands for Ec2. */
const BOOT = `
import sys
sys.path.insert(0, '/usr/lib/python3/dist-packages')
from cloudinit import handlers, helpers, sources, user_data
from cloudinit.handlers.boot_hook import BootHookPartHandler
from cloudinit.settings import PER_ALWAYS, PER_INSTANCE
directory, text, frequency = sys.argv[1], open(sys.argv[2]).read(), sys.argv[3]
paths = helpers.Paths({'cloud_dir': directory, 'run_dir': directory})
source = sources.DataSource({}, None, paths)
source.metadata = {'instance-id': 'i-0123456789abcdef0'}
paths.datasource = source
hook = BootHookPartHandler(paths, source)
assert hook.frequency == PER_ALWAYS
message = user_data.UserDataProcessor(paths).process(text)
types = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
print(types)
data = {'data': None, 'handlers': {'text/cloud-boothook': hook}, 'frequency': frequency, 'handlerdir': directory, 'excluded': [], 'handlercount': 0}
handlers.walk(message, handlers.walker_callback, data)
`;

testWith('cloud-init')(
  'CHG-1 cloud-init runs it at the first boot and at each later one, changed or not',
  () => {
    const directory = temporary();
    const host = new Machine();
    mkdirSync(join(directory, 'instance/boothooks'), { recursive: true });
    const boot = (changes: Parameters<typeof sound>[0], frequency: string): string => {
      writeFileSync(join(directory, 'user-data'), agentUserData(sound(changes)));
      const words = [directory, join(directory, 'user-data'), frequency];
      const done = host.run(['/usr/bin/python3', '-c', BOOT, ...words]);
      expect(done).toEqual({ status: 0, output: "['text/cloud-boothook']\n" });
      return host.read('/etc/resolv.conf');
    };
    expect(boot({}, 'once-per-instance')).toContain('10.64.4.7');
    expect(boot({ proxyAddress: '10.64.4.9' }, 'always')).toContain('10.64.4.9');
    expect(host.read('/usr/local/share/ca-certificates/airlock.crt')).toBe(authority());
    host.remove();
  },
);

testWith('apt-config')(
  'apt takes its settings: daily lists and upgrades, and the kit’s own files kept',
  () => {
    const file = at('/etc/apt/apt.conf.d/90airlock');
    const dump = execFileSync('apt-config', [`-c=${file}`, 'dump'], { encoding: 'utf8' });
    expect(dump).toContain('APT::Periodic::Update-Package-Lists "1";\n');
    expect(dump).toContain('APT::Periodic::Unattended-Upgrade "1";\n');
    // unattended-upgrades leaves out a package that could ask, unless dpkg is told what to answer.
    expect(dump).toContain('DPkg::Options:: "--force-confold";\n');
  },
);

describe('the restart after updates', () => {
  testWith('systemd-analyze')('is due at the hour of the configuration, every week', () => {
    for (const [day, short] of DAYS.map((each) => [each, each.slice(0, 3)] as const)) {
      const userData = agentUserData(sound({ updates: { day, hour: 23 } }));
      const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(userData) ?? [];
      const { stdout } = spawnSync('systemd-analyze', ['calendar', calendar], { encoding: 'utf8' });
      expect(stdout.toLowerCase()).toContain(`normalized form: ${short} *-*-* 23:00:00 utc\n`);
    }
  });

  // As systemd runs it, but for the place of the files.
  const isDue = (prepare: (root: string) => void): boolean => {
    const unit = machine.read('/etc/systemd/system/airlock-restart.service');
    const [, script = ''] = /^ExecCondition=sh -c '(.*)'$/m.exec(unit) ?? [];
    expect(script).not.toBe('');
    const root = temporary();
    const write = (path: string, seconds: number) => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), '');
      utimesSync(join(root, path), seconds, seconds);
    };
    // Every run leaves this one, installed or not.
    write('/var/log/unattended-upgrades/unattended-upgrades.log', 3000);
    write('/var/log/unattended-upgrades/unattended-upgrades-dpkg.log', 1000);
    write('/run/airlock/packed', 2000);
    prepare(root);
    const { status } = spawnSync('sh', ['-c', script.replace(/ \/(run|var)/g, ` ${root}/$1`)]);
    return status === 0;
  };
  const touch = (path: string) => (root: string) => writeFileSync(join(root, path), '');

  test('does not happen when nothing was installed since the boot', () => {
    expect(isDue(() => undefined)).toBe(false);
  });

  test.each([
    ['packages were installed', '/var/log/unattended-upgrades/unattended-upgrades-dpkg.log'],
    ['a kernel asks for it', '/run/reboot-required'],
  ])('happens when %s', (_, path) => {
    expect(isDue(touch(path))).toBe(true);
  });
});
