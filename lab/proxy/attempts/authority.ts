import { INTERNET } from '../../network/plan/addresses';
import {
  arrivedAtAll,
  arrivedIf,
  dialled,
  either,
  plain,
  request,
  secure,
  socks,
  tunnel,
} from '../plan/attempt';
import { ATTACKER } from '../plan/target';
import { group } from './group';

const atAttacker = arrivedIf(
  ({ sni, host, address }) =>
    [sni, host.replace(/:\d+$/, '')].includes(ATTACKER) || address === INTERNET.attacker,
);

/** Nobody answers where the network drops what the door dials: its first packet is what counts. */
const DROPPED = { patience: 1_500 };

/** Hosts that no rule names, and names that two layers read differently. */
export const AUTHORITY = group(
  {
    group: 'names and authority',
    law: 'POL-1',
    heldBy: 'no rule names the host',
    mustFailIn: ['hosts'],
    through: atAttacker,
  },
  [
    {
      id: 'Q01',
      title: 'the attacker by name, over TLS',
      run: (target) => [secure(target, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q02',
      title: 'the attacker through CONNECT',
      run: (target) => [tunnel(target, `${ATTACKER}:443`, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q03',
      title: 'the attacker through SOCKS5 by name',
      run: (target) => [socks(target, ATTACKER, 443, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q04',
      title: "the attacker's bare address through CONNECT",
      mustFailIn: ['open dial'],
      run: (target) => [
        tunnel(target, `${INTERNET.attacker}:80`, undefined, request('GET', '/', INTERNET.attacker)),
      ],
      alone: true,
      through: either(
        atAttacker,
        dialled(80, () => 'internet'),
      ),
    },
    {
      id: 'Q05',
      title: "the attacker's bare address through SOCKS5",
      mustFailIn: ['open dial'],
      run: (target) => [
        socks(target, INTERNET.attacker, 80, undefined, request('GET', '/', INTERNET.attacker)),
      ],
      alone: true,
      through: either(
        atAttacker,
        dialled(80, () => 'internet'),
      ),
    },
    {
      id: 'Q06',
      title: "the attacker's bare address as Host on port 80",
      mustFailIn: ['open dial'],
      run: (target) => [plain(target, 80, request('GET', '/', INTERNET.attacker))],
      alone: true,
      through: either(
        atAttacker,
        dialled(80, () => 'internet'),
      ),
    },
    {
      id: 'Q07',
      title: 'an allowed name in TLS, the attacker as Host',
      heldBy: 'TLS name and Host must agree',
      mustFailIn: ['relay'],
      run: (target) => [secure(target, target.read.host, request('GET', target.read.path, ATTACKER))],
      through: arrivedAtAll,
    },
    {
      id: 'Q08',
      title: 'the attacker in TLS, an allowed name as Host',
      heldBy: 'TLS name and Host must agree',
      mustFailIn: ['relay'],
      run: (target) => [secure(target, ATTACKER, request('GET', target.read.path, target.read.host))],
      through: arrivedAtAll,
    },
    {
      id: 'Q09',
      title: 'an absolute target for the attacker under an allowed Host',
      heldBy: 'the absolute target counts as the host',
      mustFailIn: ['relay'],
      run: (target) => [
        secure(
          target,
          target.read.host,
          request('GET', `https://${ATTACKER}${target.read.path}`, target.read.host),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q10',
      title: 'CONNECT to an allowed host, TLS and Host for the attacker inside',
      heldBy: 'the request inside must be for the host that CONNECT named',
      mustFailIn: ['relay'],
      run: (target) => [tunnel(target, `${target.read.host}:443`, ATTACKER, request('GET', '/', ATTACKER))],
      through: arrivedAtAll,
    },
    {
      id: 'Q11',
      title: 'CONNECT to an allowed host, its TLS name, the attacker as Host',
      heldBy: 'TLS name and Host must agree',
      mustFailIn: ['relay'],
      run: (target) => [
        tunnel(
          target,
          `${target.read.host}:443`,
          target.read.host,
          request('GET', target.read.path, ATTACKER),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q12',
      title: 'two Host headers, the attacker second',
      heldBy: "Go's HTTP server refuses two",
      mustFailIn: ['relay'],
      run: (target) => [
        secure(
          target,
          target.read.host,
          request('GET', target.read.path, target.read.host, { headers: [`Host: ${ATTACKER}`] }),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q13',
      title: 'a user name before the host: allowed@attacker',
      heldBy: "TLS name and Host must agree, and Go's HTTP server reads no user name in Host",
      mustFailIn: ['relay'],
      run: (target) => [
        secure(target, target.read.host, request('GET', target.read.path, `${target.read.host}@${ATTACKER}`)),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q14',
      title: 'the allowed name as a label of the attacker\u2019s',
      run: (target) => [
        secure(
          target,
          `${target.read.host}.${ATTACKER}`,
          request('GET', target.read.path, `${target.read.host}.${ATTACKER}`),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q15',
      title: 'no name in TLS',
      heldBy: 'no certificate without a name',
      mustFailIn: ['relay'],
      run: (target) => [secure(target, '', request('GET', target.read.path, target.read.host))],
      through: arrivedAtAll,
    },
    {
      id: 'Q16',
      title: 'a port in Host: 22 of an allowed host',
      law: 'NET-6',
      heldBy: 'security group: 443 alone',
      mustFailIn: ['open groups'],
      run: (target) => [
        secure(target, target.read.host, request('GET', target.read.path, `${target.read.host}:22`), DROPPED),
      ],
      alone: true,
      through: dialled(22),
    },
    {
      id: 'Q17',
      title: 'a port in Host: 8443 of an allowed host',
      law: 'NET-6',
      heldBy: 'security group: 443 alone',
      mustFailIn: ['open groups'],
      run: (target) => [
        secure(
          target,
          target.read.host,
          request('GET', target.read.path, `${target.read.host}:8443`),
          DROPPED,
        ),
      ],
      alone: true,
      through: dialled(8443),
    },
    {
      id: 'Q18',
      title: 'SSH through CONNECT to an allowed host',
      law: 'NET-6',
      heldBy: 'only HTTP and TLS are spoken inside a tunnel; security group',
      mustFailIn: ['open relay'],
      run: (target) => [tunnel(target, `${target.read.host}:22`, undefined, 'SSH-2.0-lab @TOKEN@\r\n')],
      alone: true,
      through: either(dialled(22), arrivedAtAll),
    },
    {
      id: 'Q19',
      title: "a certificate that names the attacker, asked for by an allowed host's address",
      heldBy: 'no rule names the host',
      run: (target) => [
        tunnel(
          target,
          `${ATTACKER}:443`,
          target.read.host,
          request('GET', target.read.path, target.read.host),
        ),
      ],
      mustFailIn: ['relay'],
      through: arrivedAtAll,
    },
  ],
);
