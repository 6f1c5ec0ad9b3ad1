import { probesOf, type Tool } from '../../network/attempts/tools';
import { INTERNET } from '../../network/plan/addresses';
import { sharing } from '../../proof/proof';
import type { ProxyAttempt } from '../plan/attempt';
import type { Target } from '../plan/target';
import type { ProxyVariantId } from '../plan/variants';

const {
  others,
  tools: [AT],
} = INTERNET;
const OPENVPN = 'openvpn --dev tunp --dev-type tun --proto tcp-client --cipher none --auth none';

interface ProxyTool extends Omit<Tool, 'client' | 'mustFailIn'> {
  /** @param box address of the proxy box */
  readonly client: (box: string) => string;
  readonly mustFailIn?: readonly ProxyVariantId[];
}

/** Through the proxy box, to an address of the attacker's that answers on every port. */
const TOOLS: readonly ProxyTool[] = [
  {
    id: 'X10',
    title: 'proxytunnel: TCP through CONNECT',
    needs: { proxytunnel: 'proxytunnel' },
    client: (box) => `proxytunnel -a 7110 -p ${box}:8080 -d ${others[0]}:443`,
    works: ['127.0.0.1', 7110],
  },
  {
    id: 'X11',
    title: 'corkscrew: TCP through CONNECT',
    needs: { corkscrew: 'corkscrew', ncat: 'ncat' },
    client: (box) => `ncat -k -l 127.0.0.1 7111 --sh-exec 'corkscrew ${box} 8080 ${others[0]} 443'`,
    works: ['127.0.0.1', 7111],
  },
  {
    id: 'X12',
    title: 'OpenVPN through CONNECT',
    needs: { openvpn: 'openvpn' },
    server: `${OPENVPN.replace('client', 'server')} --port 9443 --ifconfig 10.99.12.1 10.99.12.2`,
    client: (box) =>
      `${OPENVPN} --remote ${AT} 443 --http-proxy ${box} 8080 --ifconfig 10.99.12.2 10.99.12.1 --nobind`,
    works: ['10.99.12.1', 7],
  },
  {
    id: 'X13',
    title: 'httptunnel: TCP in plain requests to port 80',
    needs: { htc: 'httptunnel', hts: 'httptunnel' },
    server: 'hts -w -F 127.0.0.1:7 9080',
    client: (box) => `htc -P ${box}:80 -F 7113 ${AT}:80; sleep 60`,
    works: ['127.0.0.1', 7113],
    mustFailIn: ['open relay'],
  },
];

const through = sharing<ProxyAttempt>({
  group: 'tools that Debian ships, through the proxy box',
  law: 'POL-1',
  heldBy: 'no rule names the host; CONNECT to a host alone reaches nothing',
  mustFailIn: ['relay'],
  through: ({ probes }) => probes.find(({ answered }) => answered)?.saw,
});

export const PROXY_TOOLS: readonly ProxyAttempt[] = TOOLS.map(({ client, mustFailIn, ...tool }) =>
  through(
    tool.id,
    tool.title,
    ({ own }: Target) => probesOf({ ...tool, client: client(own) }).map((probe) => ({ probe })),
    { needs: tool.needs, ...(mustFailIn && { mustFailIn }) },
  ),
);
