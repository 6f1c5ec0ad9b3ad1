import { verifyCheck } from '../check';
import { judgeKey, readKey } from '../key-verdict';

export const agentKey = verifyCheck({
  id: 'agent-key',
  title: 'its key is enabled, rotates, and serves only those that the deployed policy names',
  invariants: ['VOL-1', 'SEC-3'],
  scope: 'agent',
  read: readKey,
  judge: judgeKey,
});
