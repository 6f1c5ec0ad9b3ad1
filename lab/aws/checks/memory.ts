import { type Check, judge } from '../check';
import { machineOf } from '../look';

/** The memory for a burst of requests, in MiB. */
const LEAST = 64;

const SCRIPT = `free -m | awk '/^Mem/ { print "available", $7 } /^Swap/ { print "swap", $2 }'
echo "killed $(sudo journalctl -k -b | grep -c 'Out of memory')"
systemctl show -p Id,MemoryCurrent ironproxy.slice airlock-warden | tr '\\n' ' '`;

export const memory: Check = {
  id: 'memory',
  title: 'the proxy box has free memory, and the kernel killed no process for lack of memory',
  covers: ['memory'],
  minutes: 5,
  needs: ['proxy-boot'],
  run: async (trial) => {
    const seen = await trial.inside(await machineOf(trial, 'proxy-box'), SCRIPT);
    const number = (name: string) =>
      Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(seen)?.[1] ?? Number.NaN);
    return judge(number('available') >= LEAST && number('killed') === 0, seen.trim().split('\n').join(', '));
  },
};
