import { DAY } from '../period';
import type { Signal } from '../signal';
import { answerTo, isUnheard, quoted } from '../words';

/** Hosts that are remembered: the one that was asked for longest ago is forgotten first. */
const REMEMBERED = 2000;

/** The first day of the records only learns: every host is new on it. */
export const newHost: Signal = {
  id: 'new-host',
  title: 'asked for a host that none of its records on the proxy box names',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: () => {
    const hosts = new Set<string>();
    let first: number | undefined;
    return {
      see: (record, at) => {
        const named = record.record === 'request' ? record.host : isUnheard(record) ? record.name : undefined;
        if (typeof named !== 'string') return undefined;
        first = Math.min(first ?? at, at);
        const host = named.toLowerCase();
        const isKnown = hosts.delete(host);
        hosts.add(host);
        if (hosts.size > REMEMBERED) hosts.delete(hosts.values().next().value as string);
        return isKnown || at - first < DAY
          ? undefined
          : { each: true, key: answerTo(record), saw: `${quoted(host)}, ${answerTo(record)}` };
      },
    };
  },
};
