import { verifyCheck } from '../check';
import { judgeKey, keyOf } from '../key-verdict';

export const agentKey = verifyCheck({
  id: 'agent-key',
  title: 'its key is enabled, rotates, and serves only those that the deployed policy names',
  invariants: ['VOL-1', 'SEC-3'],
  scope: 'agent',
  read: async (live, subject) => {
    const key = keyOf(subject);
    return key && live.key(key.id);
  },
  judge: judgeKey,
});
