import type { Signal } from '../signal';

export const policyChanged: Signal = {
  id: 'policy-changed',
  title: 'has another policy in force, or a secret was set or unset',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock status AGENT',
  detector: () => {
    let known = '';
    return {
      see: ({ record, policy }) => {
        if (record !== 'request' || typeof policy !== 'string' || policy === '') return undefined;
        const before = known;
        known = policy;
        return before === '' || before === policy
          ? undefined
          : { saw: `requests are judged by ${policy}, and were by ${before}` };
      },
    };
  },
};
