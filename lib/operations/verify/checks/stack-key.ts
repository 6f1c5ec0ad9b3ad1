import { verifyCheck } from '../check';
import { judgeKey, readKey } from '../key-verdict';

export const stackKey = verifyCheck({
  id: 'stack-key',
  title: "the stack's key is enabled, rotates, and serves only those that the deployed policy names",
  invariants: ['VOL-1'],
  scope: 'stack',
  read: readKey,
  judge: judgeKey,
});
