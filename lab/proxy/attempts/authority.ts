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
import { ATTACKER } from '../plan/cast';
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
    invariant: 'POL-1',
    stops: 'no rule names the host',
    weakened: 'hosts',
    through: atAttacker,
  },
  [
    {
      id: 'Q01',
      title: 'the attacker by name, over TLS',
      steps: (cast) => [secure(cast, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q02',
      title: 'the attacker through CONNECT',
      steps: (cast) => [tunnel(cast, `${ATTACKER}:443`, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q03',
      title: 'the attacker through SOCKS5 by name',
      steps: (cast) => [socks(cast, ATTACKER, 443, ATTACKER, request('GET', '/', ATTACKER))],
    },
    {
      id: 'Q04',
      title: "the attacker's bare address through CONNECT",
      weakened: 'open dial',
      steps: (cast) => [
        tunnel(cast, `${INTERNET.attacker}:80`, undefined, request('GET', '/', INTERNET.attacker)),
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
      weakened: 'open dial',
      steps: (cast) => [
        socks(cast, INTERNET.attacker, 80, undefined, request('GET', '/', INTERNET.attacker)),
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
      weakened: 'open dial',
      steps: (cast) => [plain(cast, 80, request('GET', '/', INTERNET.attacker))],
      alone: true,
      through: either(
        atAttacker,
        dialled(80, () => 'internet'),
      ),
    },
    {
      id: 'Q07',
      title: 'an allowed name in TLS, the attacker as Host',
      stops: 'TLS name and Host must agree',
      weakened: 'relay',
      steps: (cast) => [secure(cast, cast.read.host, request('GET', cast.read.path, ATTACKER))],
      through: arrivedAtAll,
    },
    {
      id: 'Q08',
      title: 'the attacker in TLS, an allowed name as Host',
      stops: 'TLS name and Host must agree',
      weakened: 'relay',
      steps: (cast) => [secure(cast, ATTACKER, request('GET', cast.read.path, cast.read.host))],
      through: arrivedAtAll,
    },
    {
      id: 'Q09',
      title: 'an absolute target for the attacker under an allowed Host',
      stops: 'the absolute target counts as the host',
      weakened: 'relay',
      steps: (cast) => [
        secure(cast, cast.read.host, request('GET', `https://${ATTACKER}${cast.read.path}`, cast.read.host)),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q10',
      title: 'CONNECT to an allowed host, TLS and Host for the attacker inside',
      stops: 'the request inside must be for the host that CONNECT named',
      weakened: 'relay',
      steps: (cast) => [tunnel(cast, `${cast.read.host}:443`, ATTACKER, request('GET', '/', ATTACKER))],
      through: arrivedAtAll,
    },
    {
      id: 'Q11',
      title: 'CONNECT to an allowed host, its TLS name, the attacker as Host',
      stops: 'TLS name and Host must agree',
      weakened: 'relay',
      steps: (cast) => [
        tunnel(cast, `${cast.read.host}:443`, cast.read.host, request('GET', cast.read.path, ATTACKER)),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q12',
      title: 'two Host headers, the attacker second',
      stops: "Go's HTTP server refuses two",
      weakened: 'relay',
      steps: (cast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', cast.read.path, cast.read.host, { headers: [`Host: ${ATTACKER}`] }),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q13',
      title: 'a user name before the host: allowed@attacker',
      stops: "TLS name and Host must agree, and Go's HTTP server reads no user name in Host",
      weakened: 'relay',
      steps: (cast) => [
        secure(cast, cast.read.host, request('GET', cast.read.path, `${cast.read.host}@${ATTACKER}`)),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q14',
      title: 'the allowed name as a label of the attacker\u2019s',
      steps: (cast) => [
        secure(
          cast,
          `${cast.read.host}.${ATTACKER}`,
          request('GET', cast.read.path, `${cast.read.host}.${ATTACKER}`),
        ),
      ],
      through: arrivedAtAll,
    },
    {
      id: 'Q15',
      title: 'no name in TLS',
      stops: 'no certificate without a name',
      weakened: 'relay',
      steps: (cast) => [secure(cast, '', request('GET', cast.read.path, cast.read.host))],
      through: arrivedAtAll,
    },
    {
      id: 'Q16',
      title: 'a port in Host: 22 of an allowed host',
      invariant: 'NET-6',
      stops: 'security group: 443 alone',
      weakened: 'open groups',
      steps: (cast) => [
        secure(cast, cast.read.host, request('GET', cast.read.path, `${cast.read.host}:22`), DROPPED),
      ],
      alone: true,
      through: dialled(22),
    },
    {
      id: 'Q17',
      title: 'a port in Host: 8443 of an allowed host',
      invariant: 'NET-6',
      stops: 'security group: 443 alone',
      weakened: 'open groups',
      steps: (cast) => [
        secure(cast, cast.read.host, request('GET', cast.read.path, `${cast.read.host}:8443`), DROPPED),
      ],
      alone: true,
      through: dialled(8443),
    },
    {
      id: 'Q18',
      title: 'SSH through CONNECT to an allowed host',
      invariant: 'NET-6',
      stops: 'only HTTP and TLS are spoken inside a tunnel; security group',
      weakened: 'open relay',
      steps: (cast) => [tunnel(cast, `${cast.read.host}:22`, undefined, 'SSH-2.0-lab @TOKEN@\r\n')],
      alone: true,
      through: either(dialled(22), arrivedAtAll),
    },
    {
      id: 'Q19',
      title: "a certificate that names the attacker, asked for by an allowed host's address",
      stops: 'no rule names the host',
      steps: (cast) => [
        tunnel(cast, `${ATTACKER}:443`, cast.read.host, request('GET', cast.read.path, cast.read.host)),
      ],
      weakened: 'relay',
      through: arrivedAtAll,
    },
  ],
);
