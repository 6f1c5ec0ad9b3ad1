import { sharing } from '../../proof/proof';
import { INTERNET } from '../plan/addresses';
import type { Needs, NetworkAttempt, Probe } from './attempt';

/** A tool that Debian ships, and how to tell that it works. Both commands run as root, in a shell. */
export interface Tool {
  readonly id: string;
  readonly title: string;
  readonly needs: Needs;
  /** What the attacker runs on the internet. @default nothing: the echo on every port is enough */
  readonly server?: string;
  readonly client: string;
  /**
   * Success: an echo through the near end of a tunnel, or words that the client says.
   */
  readonly works: readonly [address: string, port: number] | string;
  /** @default the kind of network in which the tools of this room must work */
  readonly mustFailIn?: NetworkAttempt['mustFailIn'];
}

/** Seconds that a tool may take until it works, and that a program lives: not until the attempt runs again. */
const [PATIENCE, LIFE] = [14, 15];
const {
  tools: [AT, OTHER],
  attacker,
} = INTERNET;

/** Starts the server, then the client, and looks for success. */
export function probesOf({ server, client, works }: Tool): Probe[] {
  const started: Probe[] =
    server === undefined ? [] : [{ do: 'start', by: 'internet', script: server, seconds: LIFE }];
  const after = server === undefined ? client : `sleep 1; ${client}`;
  return typeof works === 'string'
    ? [...started, { do: 'sees', script: after, words: works, seconds: PATIENCE }]
    : [
        ...started,
        { do: 'start', script: after, seconds: LIFE },
        { do: 'through', to: works[0], port: works[1], seconds: PATIENCE },
      ];
}

const ECHO = '127.0.0.1:7';
const OPENVPN = 'openvpn --dev tunv --dev-type tun --cipher none --auth none';
/** Both ends derive both keys, so that no key is written down. */
const KEYS = 'key() { printf "lab $1" | openssl dgst -sha256 -binary | base64; };';
const wireguard = (own: string, peer: string, address: string, listen: string, reach: string) =>
  `${KEYS} export WG_PROCESS_FOREGROUND=1 WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1
  wireguard-go wg-${own} & sleep 1; key ${own} >/tmp/key
  wg set wg-${own} ${listen} private-key /tmp/key peer $(key ${peer} | wg pubkey) ${reach}
  ip address add ${address}/24 dev wg-${own}; ip link set wg-${own} up; wait`;
const TOR = 'tor --DataDirectory /tmp/tor --SocksPort 0';
const bridge = (port: number) =>
  `${TOR} --ORPort ${port} --BridgeRelay 1 --PublishServerDescriptor 0 --AssumeReachable 1 --Address ${AT}`;
const OBFS4_PUBLIC = 'key far | wg pubkey | base64 -d';
const obfs4Bridge = `${KEYS} hex() { od -An -v -tx1 | tr -d ' \\n'; }; mkdir -p /tmp/tor/pt_state
  printf '{"node-id":"%040d","private-key":"%s","public-key":"%s","drbg-seed":"%048d","iat-mode":0}' 0 \\
    $(key far | base64 -d | hex) $(${OBFS4_PUBLIC} | hex) 0 >/tmp/tor/pt_state/obfs4_state.json
  ${bridge(9002)} --ExtORPort auto --ServerTransportPlugin 'obfs4 exec /usr/bin/obfs4proxy' \\
    --ServerTransportListenAddr 'obfs4 0.0.0.0:9443'`;

/** Straight to a server of the attacker's, past the proxy box. */
const TOOLS: readonly Tool[] = [
  {
    id: 'D20',
    title: 'iodine: IP over DNS',
    needs: { iodine: 'iodine', iodined: 'iodine' },
    server: `iodined -f -c -P lab -l ${OTHER} 10.99.0.1/30 t.example.net`,
    client: `iodine -f -r -m 1000 -P lab ${OTHER} t.example.net`,
    works: ['10.99.0.1', 7],
  },
  {
    id: 'D21',
    title: 'dns2tcp: TCP over DNS',
    needs: { dns2tcpc: 'dns2tcp', dns2tcpd: 'dns2tcp' },
    server: `printf 'listen = ${AT}\\nport = 53\\nuser = root\\nchroot = /tmp\\ndomain = d.example.net\\nresources = echo:${ECHO}\\nkey = lab\\n' >/tmp/d
      dns2tcpd -F -f /tmp/d`,
    client: `dns2tcpc -z d.example.net -r echo -k lab -l 7021 ${AT}`,
    works: ['127.0.0.1', 7021],
  },
  {
    id: 'D22',
    title: 'ptunnel-ng: TCP over ping',
    needs: { 'ptunnel-ng': 'ptunnel-ng' },
    server: 'ptunnel-ng -r127.0.0.1 -R7',
    // It answers from the first address of its machine.
    client: `ptunnel-ng -p${INTERNET.router} -l7022 -r127.0.0.1 -R7`,
    works: ['127.0.0.1', 7022],
  },
  {
    id: 'D23',
    title: 'httptunnel: TCP in HTTP requests',
    needs: { htc: 'httptunnel', hts: 'httptunnel' },
    server: `hts -w -F ${ECHO} 8088`,
    client: `htc -F 7023 ${AT}:8088; sleep 60`,
    works: ['127.0.0.1', 7023],
  },
  {
    id: 'D24',
    title: 'OpenVPN',
    needs: { openvpn: 'openvpn' },
    server: `${OPENVPN} --ifconfig 10.99.4.1 10.99.4.2 --local ${AT} --port 1194`,
    client: `${OPENVPN} --ifconfig 10.99.4.2 10.99.4.1 --remote ${AT} 1194 --nobind`,
    works: ['10.99.4.1', 7],
  },
  {
    id: 'D25',
    title: 'WireGuard, in user space',
    needs: { 'wireguard-go': 'wireguard-go', wg: 'wireguard-tools', openssl: 'openssl' },
    server: wireguard('far', 'near', '10.99.5.1', 'listen-port 51820', 'allowed-ips 10.99.5.2/32'),
    client: wireguard('near', 'far', '10.99.5.2', '', `allowed-ips 10.99.5.1/32 endpoint ${AT}:51820`),
    works: ['10.99.5.1', 7],
  },
  {
    id: 'D26',
    title: 'Shadowsocks',
    needs: { 'ss-server': 'shadowsocks-libev', 'ss-tunnel': 'shadowsocks-libev' },
    server: `ss-server -s ${AT} -p 8388 -k lab -m aes-256-gcm`,
    client: `ss-tunnel -s ${AT} -p 8388 -k lab -m aes-256-gcm -l 7026 -L ${ECHO}`,
    works: ['127.0.0.1', 7026],
  },
  {
    id: 'D27',
    title: "Tor: a bridge of the attacker's",
    needs: { tor: 'tor' },
    server: bridge(9001),
    client: `${TOR} --UseBridges 1 --Bridge ${AT}:9001`,
    works: 'new bridge descriptor',
  },
  {
    id: 'D28',
    title: 'Tor through obfs4proxy',
    needs: { tor: 'tor', obfs4proxy: 'obfs4proxy', wg: 'wireguard-tools', openssl: 'openssl' },
    server: obfs4Bridge,
    client: `${KEYS} cert=$( (head -c 20 /dev/zero; ${OBFS4_PUBLIC}) | base64 -w0 | tr -d =)
      ${TOR} --UseBridges 1 --ClientTransportPlugin 'obfs4 exec /usr/bin/obfs4proxy' \\
      --Bridge "obfs4 ${AT}:9443 cert=$cert iat-mode=0"`,
    works: 'new bridge descriptor',
  },
  {
    id: 'D29',
    title: 'nmap: fragments, decoys and source port 53',
    needs: { nmap: 'nmap' },
    client: `nmap -Pn -n -sS -f -g 53 -D RND:2 -p 22,443,8443 --max-retries 1 -oG - ${attacker}`,
    works: '/open/',
  },
  {
    id: 'D30',
    title: 'hping3: data in pings',
    needs: { hping3: 'hping3' },
    client: `hping3 --icmp -d 64 -c 3 ${attacker}`,
    works: `ip=${attacker.replaceAll('.', '\\.')}`,
  },
  {
    id: 'D31',
    title: 'scapy: TCP with a source route, and DNS',
    needs: { '/usr/lib/python3/dist-packages/scapy': 'python3-scapy' },
    client: `/usr/bin/python3 -c '
from scapy.all import *
ask = [IP(dst="${attacker}")/TCP(dport=443, flags="S"), IP(dst="${attacker}")/UDP(dport=53)/DNS(qd=DNSQR(qname="example.com")),
       IP(dst="${attacker}", options=IPOption_LSRR(routers=["${attacker}"]))/TCP(dport=443, flags="S")]
print("answers:", len(sr(ask, timeout=2, verbose=0)[0]))'`,
    works: 'answers: [1-9]',
  },
  {
    id: 'D32',
    title: 'thc-ipv6: IPv6 pings',
    needs: { 'atk6-thcping6': 'thc-ipv6' },
    client: `atk6-thcping6 -n 5 eth0 x ${INTERNET.v6}`,
    works: 'pong for seq',
    mustFailIn: ['v6'],
  },
];

const direct = sharing<NetworkAttempt>({
  group: 'tools that Debian ships, past the proxy box',
  law: 'NET-2',
  heldBy: 'security groups, network ACL, no route, no public address',
  from: 'agent',
  mustFailIn: ['internet'],
});

export const TOOL_ATTEMPTS: readonly NetworkAttempt[] = TOOLS.map((tool) =>
  direct(tool.id, tool.title, () => probesOf(tool), {
    needs: tool.needs,
    ...(tool.mustFailIn && { mustFailIn: tool.mustFailIn }),
  }),
);
