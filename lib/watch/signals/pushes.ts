import { unescapedOnce } from '../../policy/bytes';
import type { Signal } from '../signal';
import { answerTo, requestIn } from '../words';

/** Git pushes by a POST to this path below the repository; records have paths as they were sent, and servers decode them. */
const PUSH = /\/git-receive-pack\/?$/i;

export const pushes: Signal = {
  id: 'pushes',
  title: 'pushed with git, or tried to',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: () => ({
    see: (record) =>
      record.record === 'request' && typeof record.path === 'string' && PUSH.test(unescapedOnce(record.path))
        ? { each: true, key: answerTo(record), saw: `${requestIn(record)}, ${answerTo(record)}` }
        : undefined,
  }),
};
