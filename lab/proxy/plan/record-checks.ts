import type { Proof } from '../../proof/proof';
import { RECORDS } from '../../report';
import type { ProxyVariantId } from './variants';

export type RecordId = 'Y30' | 'Y31' | 'Y32' | 'Y33' | 'Y34';

/** A claim about what a proxy box keeps: its audit log and its files. */
export interface RecordCheck extends Proof<undefined, ProxyVariantId> {
  readonly id: RecordId;
}

const shared = { group: RECORDS, run: undefined } as const;

export const RECORD_CHECKS: readonly RecordCheck[] = [
  {
    ...shared,
    id: 'Y30',
    law: 'LOG-1',
    title:
      'each request that arrived is one line of its box\u2019s audit log: host, method, path, allowed, and the secrets that went out',
    mustFailIn: ['silent'],
  },
  {
    ...shared,
    id: 'Y31',
    law: 'LOG-1',
    title: 'each refused request, by names and through CONNECT, is one line that says so, and by what',
    mustFailIn: ['silent'],
  },
  {
    ...shared,
    id: 'Y32',
    law: 'SEC-1, SEC-3',
    title:
      'no file that a box wrote, and no argument or environment of its processes, holds the value of a secret; nor the key of the authority, but in its place',
    mustFailIn: ['files'],
  },
  {
    ...shared,
    id: 'Y33',
    law: 'LOG-2',
    title:
      'each request, allowed or refused, is one record of the gate that has an end, and whose connection the front logged: bytes and duration agree',
    mustFailIn: ['silent', 'unseen'],
  },
  {
    ...shared,
    id: 'Y34',
    law: 'LOG-2, CAP-1',
    title:
      "the agent host's journal stays a text in a line of the front's: forged records and control characters, 64 KiB at once, and a flood",
    mustFailIn: ['unframed'],
  },
];
