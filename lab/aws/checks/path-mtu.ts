import { type Check, judge } from '../check';
import { machineOf } from '../look';
import { request } from '../request';

/** About a hundred full packets, within the limit of the server. */
const BYTES = 150_000;

export const pathMtu: Check = {
  id: 'path-mtu',
  title: 'a large answer and a large request arrive',
  covers: ['path-mtu'],
  minutes: 10,
  needs: ['agent-boot', 'proxy-boot'],
  run: async (trial) => {
    const host = await machineOf(trial, 'agent-host');
    const down = await request(trial, host, '/meta');
    const up = await request(trial, host, '/markdown', BYTES);
    const said = ({ status, bytes, detail }: typeof down) =>
      `status ${status}, ${bytes} bytes ${detail}`.trim();
    return judge(
      down.status === 200 && down.bytes > 20_000 && up.status === 200,
      `answer: ${said(down)}; request of ${BYTES} bytes: ${said(up)}`,
    );
  },
};
