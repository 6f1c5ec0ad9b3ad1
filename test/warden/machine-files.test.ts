import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFault, PROXY_MEMORY } from '../../constructs/proxy/memory';
import { cloudWatchAgentConfig } from '../../lib/warden/cloudwatch-agent';
import { machineFiles } from '../../lib/warden/machine-files';
import { temporary } from '../support/temporary';
import { put } from './support/temporary';
import { testWith } from './support/tools';

const BOOT = join(__dirname, '../../constructs/proxy/boot');
const text = (name: string) => readFileSync(join(BOOT, name), 'utf8');
const UNITS = readdirSync(BOOT).filter((name) => /\.(service|slice)$/.test(name));
const SCRIPTS = readdirSync(BOOT).filter((name) => name.endsWith('.sh'));

describe('units', () => {
  testWith('systemd-analyze')('are understood by systemd', () => {
    const root = temporary();
    // The programs are on the box only; everything else is checked as it is.
    const copies = UNITS.map((name) =>
      put(root, name, text(name).replace(/^ExecStart=.*$/gm, 'ExecStart=/bin/true')),
    );
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...copies], {
      encoding: 'utf8',
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  testWith('systemd-analyze')('bound the log agent, too, whose unit is its package’s', () => {
    const root = temporary();
    const unit = put(root, 'amazon-cloudwatch-agent.service', '[Service]\nExecStart=/bin/true\n');
    put(root, 'amazon-cloudwatch-agent.service.d/90-airlock.conf', text('airlock-log-agent.conf'));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${root}:` },
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  test('CAP-1 bound the memory of all that keeps running, and neither swap out nor dump what holds a secret', () => {
    // Both slots of iron-proxy have their limit in their slice.
    const lasting = UNITS.filter(
      (name) => !/bootstrap|upgrade|iron-proxy@/.test(name) && !/^Type=oneshot$/m.test(text(name)),
    );
    // The log agent's unit is its package's.
    const limits = [...lasting, 'airlock-log-agent.conf'].map((name) => [
      name.replace(/^airlock-|\.\w+$/g, '').replace('ironproxy', 'iron-proxy'),
      Number(/^MemoryMax=(\d+)M$/m.exec(text(name))?.[1]),
    ]);
    expect(Object.fromEntries(limits)).toEqual(PROXY_MEMORY);
    expect(memoryFault('t4g.micro')).toBeUndefined();
    for (const name of ['ironproxy.slice', 'airlock-warden.service', 'airlock-gate.service']) {
      expect(text(name)).toMatch(/^MemorySwapMax=0$/m);
    }
    // No core dump holds a secret.
    for (const name of ['iron-proxy@.service', 'airlock-warden.service', 'airlock-gate.service']) {
      expect(text(name)).toMatch(/^LimitCORE=0$/m);
    }
    const heap = /GOMEMLIMIT=(\d+)MiB/.exec(text('iron-proxy@.service'))?.[1];
    const limit = /MemoryMax=(\d+)M/.exec(text('ironproxy.slice'))?.[1];
    expect(Number(heap)).toBeLessThan(0.9 * Number(limit));
  });

  test.each([
    ['t4g.nano', 435, false],
    ['t4g.nano', 436, true],
    ['t4g.micro', 870, false],
    ['t4g.micro', 871, true],
    ['t4g.small', 1740, false],
    ['m7g.metal', 1741, true],
  ])('CAP-1 a %s takes %i MiB of limits, or not', (type, sum, tooMany) => {
    const fault = memoryFault(type, { one: 100, other: sum - 100 });
    expect(fault !== undefined).toBe(tooMany);
    if (tooMany) expect(fault).toContain(`${sum} MiB (one 100, other ${sum - 100})`);
  });

  testWith('systemd-analyze')('hold the two daemons tight: exposure at most 2.0 and 3.0 of 10', () => {
    const root = temporary();
    for (const [name, tenths] of [
      ['iron-proxy@.service', 20],
      ['airlock-warden.service', 30],
      ['airlock-gate.service', 15],
    ] as const) {
      const copy = put(root, name.replace('@', ''), text(name));
      const words = ['security', '--offline=true', '--no-pager', `--threshold=${tenths}`, copy];
      expect({ name, status: spawnSync('systemd-analyze', words).status }).toEqual({ name, status: 0 });
    }
  });

  test('CAP-1 start the front after the limits of bytes, and not without them', () => {
    expect(text('airlock-front.service')).toMatch(/^Requires=airlock-quota.service$/m);
    expect(text('airlock-front.service')).toMatch(/^After=.*\bairlock-quota.service$/m);
    // A unit whose condition isn't met counts as started.
    expect(text('airlock-quota.service')).not.toContain('Condition');
  });

  test('let nothing but warden start iron-proxy, and not without policy, authority and binary', () => {
    const unit = text('iron-proxy@.service');
    expect(unit).not.toContain('[Install]');
    for (const path of [
      '/etc/iron-proxy/%i.yaml',
      '/etc/iron-proxy/ca.key',
      '/run/airlock-gate/gate.sock',
      '/opt/iron-proxy/current/iron-proxy',
    ]) {
      expect(unit).toContain(`ConditionPathExists=${path}\n`);
    }
    // Whatever warden wants, and whoever starts it.
    expect(unit).toContain('ConditionPathExists=!/var/lib/airlock/system-broken\n');
    expect(unit).toMatch(/^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
    expect(unit).toMatch(/^CapabilityBoundingSet=CAP_NET_BIND_SERVICE$/m);
    expect(unit).toMatch(/^User=iron-proxy$/m);
  });
});

describe('scripts', () => {
  testWith('shellcheck')('are clean', () => {
    const { stdout, status } = spawnSync(
      'shellcheck',
      SCRIPTS.map((name) => join(BOOT, name)),
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

describe('what warden installs', () => {
  test('is every unit but the one from the user data, and each path once', () => {
    const paths = machineFiles('airlock', 'scout').map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    const units = paths
      .filter((path) => /\.(service|slice)$/.test(path))
      .map((path) => path.split('/').at(-1));
    expect(units.sort()).toEqual(UNITS.filter((name) => name !== 'airlock-bootstrap.service').sort());
  });

  test('LOG-1 ships records, testimony and the lines of warden and the boot to the one log group, flushed every five seconds', () => {
    const { logs } = cloudWatchAgentConfig('airlock', 'scout') as ReturnType<typeof JSON.parse>;
    expect(logs.force_flush_interval).toBe(5);
    const list = logs.logs_collected.files.collect_list as {
      log_group_name: string;
      log_stream_name: string;
    }[];
    expect(new Set(list.map((one) => one.log_group_name))).toEqual(new Set(['/airlock/scout/audit']));
    expect(list.map((one) => one.log_stream_name)).toEqual([
      'gate',
      'iron-proxy',
      'front',
      'dns',
      'journal',
      'warden',
      'boot',
    ]);
  });

  testWith('systemd-sysusers')('gives iron-proxy a user without login', () => {
    const root = temporary();
    put(root, 'etc/passwd', '');
    const run = spawnSync('systemd-sysusers', [`--root=${root}`, join(BOOT, 'airlock-sysusers.conf')], {
      encoding: 'utf8',
    });
    expect({ status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
    const users = readFileSync(join(root, 'etc/passwd'), 'utf8');
    expect(users).toMatch(/^iron-proxy:x:\d+:\d+:iron-proxy:\/:\/usr\/sbin\/nologin$/m);
    expect(users).toMatch(/^cwagent:x:\d+:\d+:/m);
    expect(readFileSync(join(root, 'etc/group'), 'utf8')).toMatch(/^cwagent:x:\d+:$/m);
  });

  testWith('systemd-sysusers')('leaves the log agent the user that its package made', () => {
    const root = temporary();
    const user = 'cwagent:x:991:988:Cloudwatch Agent:/home/cwagent:/sbin/nologin\n';
    put(root, 'etc/passwd', user);
    put(root, 'etc/group', 'cwagent:x:988:\n');
    expect(
      spawnSync('systemd-sysusers', [`--root=${root}`, join(BOOT, 'airlock-sysusers.conf')]).status,
    ).toBe(0);
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toContain(user);
  });
});
