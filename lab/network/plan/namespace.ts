import type { MetadataService } from './plan';

export const ROUTER = 'router';
export const NET = 'internet';
export const AWS = 'aws';
export const GUEST = 'guest';

/** What the program in a namespace does besides sending probes. */
export interface Role {
  readonly name: string;
  /** Answers on every TCP and UDP port, so that only the network can stop a packet. */
  readonly echo: boolean;
  readonly resolvers?: readonly string[];
  readonly resolverState?: string;
  readonly metadata?: readonly MetadataService[];
  readonly time?: string;
  /** A link in the namespace whose packets are noted by kind. */
  readonly watched?: string;
}

export interface Namespace {
  readonly name: string;
  /** `ip -batch` lines, run inside. */
  readonly addresses: readonly string[];
  readonly addresses6: readonly string[];
  /** nftables ruleset; empty when there is none. */
  readonly rules: string;
  /** Values for paths below /proc/sys/net; `*` in a path is every interface. */
  readonly settings: readonly (readonly [path: string, value: string])[];
  /** Undefined: nothing runs in there. */
  readonly role?: Role;
}

/**
 * Sends every port to the echo server, but for web servers and tools at these addresses. The web servers
 * listen on every address, so the tools have other ports in place of 80 and 443.
 */
export function echoExcept(servers: readonly string[], tools: readonly string[] = []): string {
  const except = [
    ...(servers.length === 0 ? [] : [`ip daddr { ${servers.join(', ')} } tcp dport { 80, 443 } accept; `]),
    ...(tools.length === 0
      ? []
      : [
          ...[80, 443].map(
            (port) => `ip daddr { ${tools.join(', ')} } tcp dport ${port} redirect to :${9000 + port}; `,
          ),
          `ip daddr { ${tools.join(', ')} } accept; `,
        ]),
  ].join('');
  return `chain echo { type nat hook prerouting priority -100; ${except}iifname "eth0" fib daddr type local meta l4proto { tcp, udp } redirect to :7; }`;
}

export const ECHO = echoExcept([]);

export function tableOf(chains: readonly string[]): string {
  return ['table ip lab {', ...chains.map((chain) => `  ${chain}`), '}', ''].join('\n');
}
