import { HOUR, Period } from '../period';
import type { Signal } from '../signal';
import { isAllowed, presetOf } from '../words';

/** Presets of the kinds `registry` and `updates` (config/presets): their hosts are the mirrors of airlock.yaml. */
export const PACKAGE_PRESETS: readonly string[] = [
  'claude-code-install',
  'codex-install',
  'debian-updates',
  'npm-install',
  'pypi-install',
];

export const packageInstalls: Signal = {
  id: 'package-installs',
  title: 'fetched more from package mirrors in an hour than its limit',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: (limit) => {
    const hour = new Period(HOUR);
    return {
      see: (record, at) => {
        if (!isAllowed(record) || !PACKAGE_PRESETS.includes(presetOf(record))) return undefined;
        const sum = hour.add(1, at);
        return sum > limit('package-installs')
          ? { saw: `${sum} requests in this hour (UTC), the last by the rule ${String(record.rule)}` }
          : undefined;
      },
    };
  },
};
