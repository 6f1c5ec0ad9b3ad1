/**
 * Rules of security groups and network ACLs as text, the same for what EC2 describes and for what a template says, so that
 * two lists of texts show what was added and what is missing.
 */

const PROTOCOLS: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '-1': 'all' };

export function protocolText(protocol: string | number | undefined): string {
  const text = String(protocol ?? '-1');
  return PROTOCOLS[text] ?? text;
}

/** Nothing for a rule on every port. */
export function portsText(from: number | undefined, to: number | undefined): string {
  if (from === undefined || from === -1) return '';
  return from === to ? ` ${from}` : ` ${from}-${to}`;
}

export function ruleText(what: string, peer: string | undefined): string {
  return `${what} with ${peer ?? 'an unknown peer'}`;
}

export interface AclEntry {
  readonly number?: number;
  readonly isOut: boolean;
  readonly action?: string;
  readonly protocol?: string | number;
  readonly cidr?: string;
  readonly ports?: readonly [number | undefined, number | undefined];
  readonly icmp?: readonly [number | undefined, number | undefined];
}

export function aclText({ number, isOut, action, protocol, cidr, ports, icmp }: AclEntry): string {
  const name = protocolText(protocol);
  const detail =
    name === 'icmp' && icmp
      ? ` type ${icmp[0]} code ${icmp[1]}`
      : name === 'all' || !ports
        ? ''
        : portsText(...ports);
  return `${number} ${isOut ? 'out' : 'in'}: ${action} ${name}${detail} with ${cidr}`;
}
