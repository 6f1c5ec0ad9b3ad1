import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { rotateLog, say } from '../../lib/warden/log';
import { realHost } from '../../lib/warden/real-host';
import { temporary } from '../support/temporary';
import { put } from '../warden/support/temporary';

/** Only root can give a file to another group and read as another user. */
const asRoot = userInfo().uid === 0 ? test : test.skip;
/** Users of this test alone: the CloudWatch agent's, and one that is nobody's. */
const [CWAGENT, OTHER] = [51_001, 51_002];

const readAs = (uid: number, file: string) =>
  spawnSync('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'cat', file], {
    encoding: 'utf8',
  });

asRoot(
  "LOG-1 the CloudWatch agent's user reads warden's log after it was rotated, and nobody else does",
  async () => {
    // As systemd starts warden.
    const before = process.umask(0o077);
    try {
      const root = temporary();
      chmodSync(root, 0o755);
      put(root, 'etc/group', `cwagent:x:${CWAGENT}:\n`);
      for (const path of ['etc', 'var', 'var/log', 'var/log/airlock']) {
        mkdirSync(join(root, path), { recursive: true });
        chmodSync(join(root, path), 0o755);
      }
      chownSync(join(root, 'var/log/airlock'), 0, CWAGENT);
      chmodSync(join(root, 'var/log/airlock'), 0o750);
      const host = realHost({
        root,
        region: 'us-east-1',
        searchPath: '/usr/bin:/bin',
        parameters: {
          read: async () => ({ parameters: [], missing: [] }),
          history: async () => [],
          write: async () => undefined,
        },
        putObject: async () => undefined,
      });
      const { wardenLog } = host.paths;
      await say(host, 'info', 'before');
      truncateSync(wardenLog, 9 * 1024 * 1024);
      await rotateLog(host);
      await say(host, 'info', 'after');
      expect(statSync(wardenLog).size).toBeLessThan(1024);
      for (const [file, word] of [
        [wardenLog, 'after'],
        [`${wardenLog}.1`, 'before'],
      ] as const) {
        expect(readAs(CWAGENT, file).stdout).toContain(`"message":"${word}"`);
        expect(readAs(OTHER, file)).toMatchObject({ status: 1, stdout: '' });
      }
    } finally {
      process.umask(before);
    }
  },
);
