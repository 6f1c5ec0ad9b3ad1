import { Fn, Stack, Token } from 'aws-cdk-lib';
import { unpackFiles } from '../../constructs/agent-host/boot/packed-files';
import { agentUserData, USER_DATA_BUDGET, userDataSize } from '../../constructs/agent-host/user-data';
import { OPERATING_SYSTEMS, RUNTIMES } from '../../lib/config/model';
import { settingsFor, sound } from './machine';

const tokens = {
  proxyAddress: Token.asString(Fn.getAtt('ProxyBox', 'PrivateIp')),
  caCertificate: Token.asString(Fn.getAtt('Secrets', 'CaCertificate')),
};
const everyHost = RUNTIMES.flatMap((runtime) =>
  OPERATING_SYSTEMS.flatMap((os) =>
    [true, false].map((root) => ({ runtime, os, root, runtimeSettings: settingsFor(runtime) })),
  ),
);

describe('the size of the user data', () => {
  test.each(everyHost)('is under 12 KB with what is largest of each: $runtime on $os, root $root', (host) => {
    expect(userDataSize(agentUserData(sound({ ...host, ...tokens })))).toBeLessThan(USER_DATA_BUDGET);
  });

  test('counts an address as 15 bytes and the certificate as 2,000', () => {
    const [address, certificate] = [tokens.proxyAddress, tokens.caCertificate];
    expect(userDataSize(`nameserver ${address}\n ${certificate}\nE\n`)).toBe(11 + 15 + 1 + 2000 + 1 + 2);
  });

  test('leaves room for sixteen skills and sixteen MCP servers, or a long install script', () => {
    const skills = Array.from({ length: 16 }, (_, index) => ({
      name: `skill-number-${index}`,
      version: '1.0.0',
      sha256: '0'.repeat(64),
    }));
    const mcpServers = Array.from({ length: 16 }, (_, index) => ({
      name: `server-${index}`,
      url: `https://mcp-${index}.example.com/mcp`,
    }));
    for (const host of everyHost) {
      const runtimeSettings = { ...host.runtimeSettings, skills, mcpServers };
      expect(() => agentUserData(sound({ ...host, ...tokens, runtimeSettings }))).not.toThrow();
    }
    const custom = { command: 'x'.repeat(500), install: 'x'.repeat(4000) };
    expect(() =>
      agentUserData(sound({ runtime: 'custom', ...tokens, runtimeSettings: { custom } })),
    ).not.toThrow();
  });

  test('is refused above what EC2 takes, with the figure', () => {
    const caCertificate = `-----BEGIN CERTIFICATE-----\n${`${'A'.repeat(64)}\n`.repeat(150)}-----END CERTIFICATE-----\n`;
    expect(() => agentUserData(sound({ caCertificate }))).toThrow(
      /the user data of scout's host is \d{5} bytes and EC2 takes no more than 16384: name fewer skills/,
    );
  });
});

describe('the text', () => {
  test.each(everyHost)(
    'is a boothook in plain ASCII with nothing left to fill in: $runtime on $os, root $root',
    (host) => {
      const text = unpackFiles(agentUserData(sound({ ...host })));
      expect(text).toMatch(/^#cloud-boothook\n#!\/bin\/sh\n/);
      expect(text).toMatch(/^[\n\x20-\x7e]+$/);
      expect(text).not.toMatch(/@[A-Z0-9_]+@|undefined|\[object|TODO/);
    },
  );

  test('SEC-1 holds no secret: nothing but the values given and the files in this repository', () => {
    const text = unpackFiles(agentUserData(sound({ ...tokens })));
    expect(text).not.toMatch(/PRIVATE KEY|AKIA|ASIA|aws_secret|password/i);
  });

  test('CHG-1 is the same for the same props, and takes nothing of the policy', () => {
    expect(agentUserData(sound())).toBe(agentUserData(sound()));
    const withRules = { ...sound(), egress: [{ id: 'x', host: 'api.example.com' }], secrets: ['k'] };
    expect(agentUserData(withRules)).toBe(agentUserData(sound()));
  });

  test('sets DNS, then the certificate, before anything else', () => {
    const text = unpackFiles(agentUserData(sound()));
    const order = [
      'put 644 /etc/resolv.conf',
      '05-airlock.network',
      'sysctl -qw net.ipv6',
      '$U/agent.service',
      'put 644 /run/airlock/ca',
      '\ntrust\n',
      'sources.list.d',
      '\nstart\n',
    ];
    const places = order.map((mark) => text.indexOf(mark));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('brings the certificate in at deploy time with a blank before each of its lines', () => {
    const resolved = JSON.stringify(new Stack().resolve(agentUserData(sound(tokens))));
    expect(resolved).toContain(
      '{"Fn::Join":["\\n ",{"Fn::Split":["\\n",{"Fn::GetAtt":["Secrets","CaCertificate"]}]}]}',
    );
    expect(resolved.match(/"Fn::GetAtt":\["ProxyBox","PrivateIp"\]/g)).toHaveLength(3);
  });

  test('names the security archive beside the main one, and no package source without a mirror', () => {
    expect(agentUserData(sound())).toContain(
      'URIs: https://mirror.example.com/debian-security\nSuites: trixie-security\n',
    );
    expect(agentUserData(sound({ os: 'debian-12' }))).toContain('Suites: bookworm bookworm-updates\n');
    const without = agentUserData(sound({ aptMirror: undefined }));
    expect(without).not.toContain('Types: deb');
  });
});
