import { sharing } from '../../proof/proof';
import { arrivedAtAll, CANARY, CANARY_BASE64, either, type ProxyAttempt } from '../plan/attempt';
import { type Change, readOverTls } from './reading';

/** The gate's records say who was seen, and no log that leaves the box says what. */
const unseen: ProxyAttempt['through'] = ({ replies, logged: { lines, leaks } }) =>
  leaks[0] !== undefined
    ? `the value of ${leaks[0]} is in a log`
    : replies.every(({ bytes }) => bytes === 0) || lines.some((line) => line.includes('"by":"canary"'))
      ? undefined
      : 'no record of a request says that a canary was in it';

const canary = sharing<ProxyAttempt>({
  group: 'canaries',
  law: 'LOG-2',
  heldBy: 'the gate looks for canaries in each request, also encoded, before it judges it',
  mustFailIn: ['canaries'],
  logs: true,
  through: either(arrivedAtAll, unseen),
});
const asked = (id: string, title: string, change: Change) =>
  canary(id, `a made-up credential of the agent host ${title}`, (target) =>
    target.policy.canaries ? readOverTls(target, change) : 'this agent has no canaries',
  );

/** The allowed request, with what somebody found who searched the agent host. */
export const CANARY_ATTEMPTS: readonly ProxyAttempt[] = [
  asked('W21', 'in a header that is taken off', { headers: [`Authorization: Bearer ${CANARY}`] }),
  asked('W22', 'in a header, in base64', { headers: [`X-Note: ${CANARY_BASE64}`] }),
  canary('W23', 'a made-up credential of the agent host in the path', (target) =>
    target.policy.canaries
      ? readOverTls(target, { path: `${target.read.path}/${CANARY}` })
      : 'this agent has no canaries',
  ),
];
