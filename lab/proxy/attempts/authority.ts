import { INTERNET } from '../../network/plan/addresses';
import { sharing } from '../../proof/proof';
import {
  arrivedAtAll,
  arrivedIf,
  dialled,
  either,
  type ProxyAttempt,
  plain,
  request,
  secure,
  socks,
  tunnel,
} from '../plan/attempt';
import { ATTACKER } from '../plan/target';
import { reading, readOverTls } from './reading';

const atAttacker = arrivedIf(
  ({ sni, host, address }) =>
    [sni, host.replace(/:\d+$/, '')].includes(ATTACKER) || address === INTERNET.attacker,
);
const { attacker } = INTERNET;
const toAttacker = request('GET', '/', ATTACKER);
const toAddress = request('GET', '/', attacker);

const shared = {
  group: 'names and authority',
  law: 'POL-1',
  heldBy: 'no rule names the host',
  mustFailIn: ['hosts'],
  through: atAttacker,
} as const;
const unnamed = sharing<ProxyAttempt>(shared);
const byAddress = sharing<ProxyAttempt>({
  ...shared,
  mustFailIn: ['open dial'],
  alone: true,
  through: either(
    atAttacker,
    dialled(80, () => 'internet'),
  ),
});
const mixed = sharing<ProxyAttempt>({
  ...shared,
  heldBy: 'TLS name and Host must agree',
  mustFailIn: ['relay'],
  through: arrivedAtAll,
});
const toPort = (id: string, port: number) =>
  sharing<ProxyAttempt>({
    ...shared,
    law: 'NET-6',
    heldBy: 'security group: 443 alone',
    mustFailIn: ['open groups'],
    alone: true,
    through: dialled(port),
  })(id, `a port in Host: ${port} of an allowed host`, (target) =>
    // The network drops the packet, so that nobody answers: the first packet of the proxy box is what counts.
    readOverTls(target, { host: `${target.read.host}:${port}` }, { patience: 1_500 }),
  );

/** Hosts that no rule names, and names that two layers read differently. */
export const AUTHORITY: readonly ProxyAttempt[] = [
  unnamed('Q01', 'the attacker by name, over TLS', (target) => [secure(target, ATTACKER, toAttacker)]),
  unnamed('Q02', 'the attacker through CONNECT', (target) => [
    tunnel(target, `${ATTACKER}:443`, ATTACKER, toAttacker),
  ]),
  unnamed(
    'Q03',
    'the attacker through SOCKS5 by name',
    (target) => [socks(target, ATTACKER, 443, ATTACKER, toAttacker)],
    { heldBy: 'nothing answers SOCKS', mustFailIn: ['relay'] },
  ),
  byAddress(
    'Q04',
    "the attacker's bare address through CONNECT",
    (target) => [tunnel(target, `${attacker}:80`, undefined, toAddress)],
    { heldBy: 'the answerer of CONNECT opens host:443 alone', mustFailIn: ['open relay'] },
  ),
  byAddress('Q06', "the attacker's bare address as Host on port 80", (target) => [
    plain(target, 80, toAddress),
  ]),
  mixed('Q07', 'an allowed name in TLS, the attacker as Host', (target) =>
    readOverTls(target, { host: ATTACKER }),
  ),
  mixed('Q08', 'the attacker in TLS, an allowed name as Host', (target) => [
    secure(target, ATTACKER, reading(target)),
  ]),
  mixed(
    'Q09',
    'an absolute target for the attacker under an allowed Host',
    (target) => readOverTls(target, { path: `https://${ATTACKER}${target.read.path}` }),
    { heldBy: 'the absolute target counts as the host' },
  ),
  mixed(
    'Q10',
    'CONNECT to an allowed host, TLS and Host for the attacker inside',
    (target) => [tunnel(target, `${target.read.host}:443`, ATTACKER, toAttacker)],
    { heldBy: 'the request inside is judged by its own host' },
  ),
  mixed('Q11', 'CONNECT to an allowed host, its TLS name, the attacker as Host', (target) => [
    tunnel(target, `${target.read.host}:443`, target.read.host, reading(target, { host: ATTACKER })),
  ]),
  mixed(
    'Q12',
    'two Host headers, the attacker second',
    (target) => readOverTls(target, { headers: [`Host: ${ATTACKER}`] }),
    { heldBy: "Go's HTTP server refuses two" },
  ),
  mixed(
    'Q13',
    'a user name before the host: allowed@attacker',
    (target) => readOverTls(target, { host: `${target.read.host}@${ATTACKER}` }),
    { heldBy: "TLS name and Host must agree, and Go's HTTP server reads no user name in Host" },
  ),
  unnamed(
    'Q14',
    'the allowed name as a label of the attacker\u2019s',
    (target) => {
      const host = `${target.read.host}.${ATTACKER}`;
      return [secure(target, host, reading(target, { host }))];
    },
    { through: arrivedAtAll },
  ),
  mixed('Q15', 'no name in TLS', (target) => [secure(target, '', reading(target))], {
    heldBy: 'no certificate without a name',
  }),
  toPort('Q16', 22),
  toPort('Q17', 8443),
  unnamed(
    'Q18',
    'SSH through CONNECT to an allowed host',
    (target) => [tunnel(target, `${target.read.host}:22`, undefined, 'SSH-2.0-lab @TOKEN@\r\n')],
    {
      law: 'NET-6',
      heldBy: 'the answerer of CONNECT opens host:443 alone; security group',
      mustFailIn: ['open relay'],
      alone: true,
      through: either(dialled(22), arrivedAtAll),
    },
  ),
];
