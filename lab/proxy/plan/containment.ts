import type { Observation, Proof } from '../../proof/proof';
import { CONTAINMENT } from '../../report';
import { dialToRead } from '../attempts/reading';
import { request, secure, tunnel } from './attempt';
import type { Target } from './target';
import type { Exchange, Reply } from './wire';

/** How many milliseconds after a containment an agent may still send or get a byte. */
export const LAST_BYTE = 5_000;
/** Each stream goes on for about so many milliseconds. */
export const STREAMS_FOR = 8_000;

/** What is different while a proof of this kind runs: nothing, then what `airlock contain` does to the network. */
export type Phase = 'uncontained' | 'contained' | 'frozen';

export type ContainmentProof = Proof<(target: Target) => Exchange | string, 'uncontained'>;

const shared = {
  law: 'KILL-1',
  group: CONTAINMENT,
  heldBy: 'the proxy box is stopped by force, and both machines are in the quarantine group',
  mustFailIn: ['uncontained'],
} as const;

/** A stream counts as ended when it is silent for longer than the limit. */
const PATIENT = { patience: STREAMS_FOR, quiet: LAST_BYTE + 1_000 } as const;
const reading = (what: string) => (target: Target) =>
  dialToRead(target, { path: `${target.read.path}?lab=${what}` }, PATIENT).exchange;

/** Connections that are open when the containment begins. */
export const STREAMS: readonly ContainmentProof[] = [
  { ...shared, id: 'Y40', title: 'a download ends', run: reading('drip:80') },
  { ...shared, id: 'Y41', title: 'a stream of server-sent events ends', run: reading('events:53') },
  {
    ...shared,
    id: 'Y42',
    title: 'an upload ends',
    run: (target) => {
      const write = target.allowed.find(
        ({ method, signed, bodyLimit }) =>
          ['POST', 'PUT', 'PATCH'].includes(method) && !signed && bodyLimit === undefined,
      );
      if (write === undefined)
        return 'each rule of this policy that takes a body has all of it judged before any of it leaves';
      const parts = STREAMS_FOR / 100;
      const head = request(write.method, `${write.path}?lab=echo`, write.host, {
        headers: [`Content-Length: ${PART * parts}`],
      });
      const send = Array.from({ length: parts }, () => [{ pause: 100 }, { fill: PART }]).flat();
      return secure(target, write.host, [head, ...send], PATIENT).exchange;
    },
  },
  {
    ...shared,
    id: 'Y43',
    title: 'a CONNECT tunnel ends',
    run: (target) => {
      if (!target.policy.connect) return 'the CONNECT port of this agent is closed';
      const { host, path } = target.read;
      const text = request('GET', `${path}?lab=events:53`, host);
      return tunnel(target, `${host}:443`, host, text, PATIENT).exchange;
    },
  },
];

/** Few bytes: what a kernel buffers must not block the sender. */
const PART = 1_024;

const alone: Pick<ContainmentProof, 'law' | 'group' | 'mustFailIn' | 'run'> = {
  ...shared,
  run: () => 'it has no stream',
};
export const NEW_CONNECTION: ContainmentProof = {
  ...alone,
  id: 'Y44',
  title: 'no new connection is answered, on any port of the proxy box',
  heldBy: shared.heldBy,
};
export const FROZEN: ContainmentProof = {
  ...alone,
  id: 'Y45',
  title: 'the same with the proxy box frozen instead of stopped: the agent sends and gets nothing',
  heldBy: 'the quarantine group alone',
};
export const HOSTILE: ContainmentProof = {
  ...alone,
  id: 'Y46',
  title: 'attempts of every group get nothing through, contained and with the proxy box frozen',
  heldBy: 'the quarantine group; each of them gets through a weakened copy when the agent is not contained',
  mustFailIn: [],
};
export const ROTATED: ContainmentProof = {
  ...alone,
  id: 'Y47',
  law: 'SEC-2',
  title: 'no request carries the old value of a secret that was rotated',
  heldBy: 'warden starts another iron-proxy when a secret has a new version',
};

export const CONTAINMENT_PROOFS = [...STREAMS, NEW_CONNECTION, FROZEN, HOSTILE, ROTATED];

/** When bytes of one stream moved, in milliseconds since the epoch. */
export interface Moved {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

export function movedOf({ times }: Pick<Reply, 'times'>, began: number): Moved {
  const at = (time: number | undefined) => (time === undefined ? undefined : began + time);
  return { first: at(times[0]), last: at(times.at(-1)) };
}

/** @param cut when the containment began */
export function observeStream({ first, last }: Moved, cut: number): Observation {
  if (first === undefined || last === undefined || first >= cut) {
    return { result: 'broken', saw: 'no byte moved before the containment' };
  }
  const after = last - cut;
  const saw =
    after <= 0
      ? 'no byte after the containment began'
      : `last byte ${(after / 1000).toFixed(1)} s after the containment began`;
  return { result: after <= LAST_BYTE ? 'held' : 'failed', saw };
}
