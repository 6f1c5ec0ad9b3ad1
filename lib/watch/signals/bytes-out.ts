import { fieldOf } from '../../json';
import { DAY, Period } from '../period';
import type { Signal } from '../signal';

const MIB = 1024 * 1024;

/**
 * The front counted the bytes of connections that ended, and the kernel those of open ones too, which warden tells: what a request
 * announces doesn't matter.
 */
export const bytesOut: Signal = {
  id: 'bytes-out',
  title: 'sent more in a day than its limit (MiB)',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d --json',
  detector: (limit) => {
    const day = new Period(DAY);
    return {
      see: (record, at) => {
        const sent = record.event === 'bytes-sent' ? Number(fieldOf(record.detail, 'mib')) : 0;
        if (sent > limit('bytes-out')) return { saw: `${sent} MiB since midnight (UTC), by the kernel` };
        const bytes = record.record === 'connection' ? Number(record.in) : 0;
        if (!(bytes > 0)) return undefined;
        const sum = day.add(bytes, at);
        return sum > limit('bytes-out') * MIB
          ? { saw: `${Math.floor(sum / MIB)} MiB since midnight (UTC)` }
          : undefined;
      },
    };
  },
};
