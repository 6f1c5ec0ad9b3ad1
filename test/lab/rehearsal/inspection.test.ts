import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectionOf } from '../../../lab/rehearsal/plan/inspection';

const SEEN = `
=== boot
1b9d

=== instance
i-lab-1
=== agent
ActiveState=active
Slice=agent.slice
Restart=always
=== process
agent     2000
=== held
/var/lib/agent/.tool/config
=== limits
1645216768
180000 100000
max
=== machine
2
2008000
=== proxy-wait
ActiveState=active
ExecMainStartTimestampMonotonic=352858105
=== listening
udp UNCONN 0      0            127.0.0.54:53  0.0.0.0:* users:(("systemd-resolve",pid=655,fd=17))
udp UNCONN 0      0      10.64.0.5%enp0s5:68  0.0.0.0:* users:(("systemd-network",pid=667,fd=30))
tcp LISTEN 0      128                [::]:22     [::]:* users:(("sshd",pid=2533,fd=7))
tcp LISTEN 0      5               0.0.0.0:9      0.0.0.0:*
=== failed
faulty.service loaded failed failed faulty
=== cloud
{"status":"done","extended_status":"degraded done","errors":["one"],"recoverable_errors":{"WARNING":["two"]}}
=== warnings
2026-11-26 16:08:30,001 - boot_hook.py[WARNING]: Boothooks script /b execution error Unexpected error
=== resolving
Resolving URL: http://169.254.169.254 took 134.006 seconds
Resolving URL: http://x took 3.994 seconds
=== resolver
nameserver 10.64.4.5
options no-aaaa
=== trust
/usr/local/share/ca-certificates/airlock.crt: OK
=== mount
ext4 rw,nosuid
=== written
1b9d
=== journal
[   20.1] host wait[1]: airlock: the proxy box 10.64.4.5 answers
`;

test('the output of inspect.sh is read section by section', () => {
  expect(inspectionOf(SEEN)).toEqual({
    boot: '1b9d',
    instance: 'i-lab-1',
    agent: { ActiveState: 'active', Slice: 'agent.slice', Restart: 'always' },
    runsAs: { user: 'agent', uid: 2000 },
    held: ['/var/lib/agent/.tool/config'],
    limits: { memoryBytes: 1645216768, cpus: 1.8, tasks: Number.POSITIVE_INFINITY },
    machine: { cpus: 2, memoryBytes: 2008000 * 1024 },
    proxyWait: { ActiveState: 'active', ExecMainStartTimestampMonotonic: '352858105' },
    listening: [
      { protocol: 'udp', address: '127.0.0.54', port: '53', program: 'systemd-resolve' },
      { protocol: 'udp', address: '10.64.0.5', port: '68', program: 'systemd-network' },
      { protocol: 'tcp', address: '::', port: '22', program: 'sshd' },
      { protocol: 'tcp', address: '0.0.0.0', port: '9', program: 'unknown' },
    ],
    failed: ['faulty.service'],
    resolvingSeconds: 138,
    cloud: {
      status: 'degraded done',
      errors: ['one', 'WARNING: two', expect.stringContaining('Boothooks script')],
    },
    resolver: 'nameserver 10.64.4.5\noptions no-aaaa',
    trusted: true,
    mount: 'ext4 rw,nosuid',
    written: ['1b9d'],
    journal: ['[   20.1] host wait[1]: airlock: the proxy box 10.64.4.5 answers'],
  });
});

test('without output no check can hold', () => {
  const seen = inspectionOf('');
  expect([seen.boot, seen.mount, seen.resolver, seen.trusted]).toEqual(['', '', '', false]);
  expect([seen.runsAs, seen.limits, seen.cloud.errors.length]).toEqual([undefined, undefined, 1]);
});

test('inspect.sh prints every section that is read', () => {
  const script = readFileSync(join(__dirname, '../../../lab/rehearsal/programs/inspect.sh'), 'utf8');
  const written = [...script.matchAll(/^section ([\w-]+)$/gm)].map(([, name]) => name);
  const read = [...SEEN.matchAll(/^=== ([\w-]+)$/gm)].map(([, name]) => name);
  expect(written).toEqual(read);
});
