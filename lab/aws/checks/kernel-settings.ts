import settings from '../../../constructs/proxy/boot/airlock-sysctl.conf';
import { type Check, judge } from '../check';
import { machineOf } from '../look';

/** A leading hyphen tells systemd-sysctl to skip a key that the kernel lacks. */
const WANTED = settings.split('\n').flatMap((line) => {
  const [, key, value] = /^-?([\w./-]+)\s*=\s*(\S+)$/.exec(line.trim()) ?? [];
  return key && value ? [{ key, value }] : [];
});

export const kernelSettings: Check = {
  id: 'kernel-settings',
  title: 'every kernel setting of the proxy box is in force',
  covers: ['kernel-settings'],
  minutes: 5,
  needs: ['proxy-boot'],
  run: async (trial) => {
    const script = WANTED.map(({ key }) => `echo "${key} $(sysctl -n ${key} 2>/dev/null || echo unknown)"`);
    const seen = (await trial.inside(await machineOf(trial, 'proxy-box'), script.join('\n'))).split('\n');
    const wrong = WANTED.filter(({ key, value }) => !seen.includes(`${key} ${value}`)).map(
      ({ key, value }) => `${seen.find((line) => line.startsWith(`${key} `)) ?? key}, not ${value}`,
    );
    return judge(wrong.length === 0, wrong.join('; ') || `all ${WANTED.length} as written`);
  },
};
