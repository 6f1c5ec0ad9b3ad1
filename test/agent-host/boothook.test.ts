import { statSync } from 'node:fs';
import { authority, type Machine, useMachine } from './machine';

const START = 'systemctl --no-block start airlock-ready.target agent airlock-restart.timer';
const machine = useMachine();

describe('a boot', () => {
  test('leaves the proxy box as the only resolver', () => {
    expect(machine.configure()).toMatchObject({ status: 0 });
    expect(machine.read('/etc/resolv.conf')).toBe('nameserver 10.64.4.7\noptions no-aaaa\n');
    expect(machine.read('/etc/systemd/resolved.conf.d/airlock.conf')).toContain(
      'DNS=10.64.4.7\nFallbackDNS=\nLLMNR=no\nMulticastDNS=no\n',
    );
    expect(machine.read('/etc/systemd/network/05-airlock.network')).toContain('UseDNS=no\n');
    expect(machine.calls('sysctl')).toEqual([
      'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1',
    ]);
  });

  test('makes every service and login trust the certificate', () => {
    machine.configure();
    const bundle = '/etc/ssl/certs/ca-certificates.crt';
    expect(machine.read(bundle)).toContain(authority());
    const names = 'NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO'.split(
      ' ',
    );
    expect(machine.read('/etc/environment')).toBe(names.map((name) => `${name}=${bundle}\n`).join(''));
    expect(machine.read('/etc/systemd/system.conf.d/airlock.conf')).toBe(
      ['[Manager]', ...names.map((name) => `DefaultEnvironment=${name}=${bundle}`), ''].join('\n'),
    );
  });

  test('starts the agent last, and waits for nothing while cloud-init still runs', () => {
    machine.configure();
    expect(machine.calls('systemctl').at(-1)).toBe(START);
    for (const call of machine.calls('systemctl')) expect(call).toMatch(/daemon-reload$|--no-block/);
  });

  test('replaces the image’s package sources, and asks the mirror only once the proxy box answers', () => {
    machine.write('/etc/apt/sources.list.d/debian.sources', 'plain http');
    machine.configure();
    expect(machine.has('/etc/apt/sources.list.d/debian.sources')).toBe(false);
    expect(machine.read('/etc/apt/sources.list.d/airlock.sources').match(/^URIs: https:/gm)).toHaveLength(2);
    expect(machine.read('/etc/systemd/system/apt-.service.d/airlock.conf')).toContain(
      'Requires=airlock-wait.service',
    );
  });

  test('counts the CPU limit in percent of one CPU, of which this machine has four', () => {
    machine.configure();
    expect(machine.read('/etc/systemd/system/agent.slice.d/cpu.conf')).toBe('[Slice]\nCPUQuota=320%\n');
    expect(machine.read('/etc/systemd/system/agent.slice')).toContain('MemoryMax=75%\n');
  });

  test('writes private files privately and scripts executable', () => {
    machine.configure();
    const mode = (path: string): string => (statSync(machine.at(path)).mode & 0o777).toString(8);
    expect(mode('/etc/sudoers.d/airlock')).toBe('440');
    for (const name of ['keys', 'wait', 'state']) expect(mode(`/usr/lib/airlock/${name}`)).toBe('755');
    expect(mode('/etc/resolv.conf')).toBe('644');
  });
});

describe('the next boot', () => {
  test('changes nothing when nothing changed, and restarts no resolver', () => {
    machine.configure();
    const before = statSync(machine.at('etc/resolv.conf')).ino;
    expect(machine.configure().status).toBe(0);
    expect(statSync(machine.at('etc/resolv.conf')).ino).toBe(before);
    expect(machine.calls('update-ca-certificates')).toEqual([]);
    expect(machine.calls('systemctl')).not.toContainEqual(expect.stringContaining('systemd-resolved'));
    expect(machine.calls('systemctl').at(-1)).toBe(START);
  });

  test('CHG-1 puts a changed configuration in force', () => {
    machine.configure();
    machine.configure({
      root: false,
      proxyAddress: '10.64.4.9',
      limits: { cpuPercent: 10, memoryPercent: 20 },
    });
    expect(machine.has('/etc/sudoers.d/airlock')).toBe(false);
    expect(machine.read('/etc/systemd/system/agent.service.d/confined.conf')).toContain(
      'NoNewPrivileges=yes',
    );
    expect(machine.read('/etc/resolv.conf')).toContain('10.64.4.9');
    expect(machine.read('/etc/systemd/system/agent.slice.d/cpu.conf')).toContain('CPUQuota=40%');
    machine.configure({ aptMirror: undefined });
    expect(machine.has('/etc/sudoers.d/airlock')).toBe(true);
    expect(machine.has('/etc/systemd/system/agent.service.d/confined.conf')).toBe(false);
    expect(machine.has('/etc/apt/sources.list.d/airlock.sources')).toBe(false);
  });

  test('puts back what the agent changed, links included', () => {
    machine.configure();
    machine.run(['ln', '-sf', machine.at('stub'), machine.at('etc/resolv.conf')]);
    machine.write('/stub', 'nameserver 10.64.4.7\noptions no-aaaa\n');
    machine.write('/etc/systemd/system/agent.slice', '[Slice]\n');
    machine.configure();
    expect(machine.run(['test', '-L', machine.at('etc/resolv.conf')]).status).not.toBe(0);
    expect(machine.read('/etc/systemd/system/agent.slice')).toContain('MemoryMax=75%');
  });
});

describe('fails closed: the agent is not started, and one console line says why', () => {
  const defects: [string, (machine: Machine) => void, RegExp][] = [
    [
      'the image is another release',
      (m) => m.write('/etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
      /the image is debian-12, not debian-13/,
    ],
    [
      'the resolver cannot be written',
      (m) => m.write('/etc/systemd/network', 'a file in the way'),
      /writing \/etc\/systemd\/network\/05-airlock\.network/,
    ],
    ['IPv6 stays on', (m) => m.standIn('sysctl', 'exit 1'), /IPv6 stays on/],
    [
      'the certificate does not get into the bundle',
      (m) => m.standIn('update-ca-certificates'),
      /the CA certificate is not usable/,
    ],
    [
      'update-ca-certificates fails',
      (m) => m.standIn('update-ca-certificates', 'exit 1'),
      /the CA certificate is not usable/,
    ],
    ['the user cannot be made', (m) => m.standIn('useradd', 'exit 9'), /useradd failed/],
    [
      'a unit cannot be written',
      (m) => m.write('/etc/systemd/system/agent.slice.d', 'a file in the way'),
      /NOT CONFIGURED/,
    ],
    ['systemd does not reload', (m) => m.standIn('systemctl', 'exit 1'), /systemd refused/],
  ];
  test.each(defects)('%s', (_, defect, reason) => {
    defect(machine);
    const { status, console: said } = machine.configure();
    expect(status).not.toBe(0);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
    expect(said).toMatch(/^<3>airlock: NOT CONFIGURED, the agent stays off: /);
    expect(said).toMatch(reason);
    expect(machine.calls('systemctl')).not.toContain(START);
  });
});
