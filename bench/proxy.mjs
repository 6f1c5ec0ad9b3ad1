import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { built, bundled, seconds, withScratch } from './measure.mjs';

export const HOST = 'api.example.com';

/**
 * What front, gate and iron-proxy cost, in a network namespace of its own.
 *
 * @param words `--iron-proxy FILE` (default: the stand-in, which Go builds), `--seconds N` for each rate and way,
 * `--records N` for the kills
 */
export async function benchProxy(words) {
  const option = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  built();
  const program = await bundled('proxy', ['@grpc/grpc-js']);
  await withScratch((scratch) => {
    const ironProxy = resolve(option('--iron-proxy') ?? join(scratch, 'iron-proxy'));
    if (option('--iron-proxy') === undefined)
      seconds('go', ['build', '-o', ironProxy, '.'], { cwd: 'lab/proxy/stand-in' });
    writeFileSync(join(scratch, 'hosts'), `127.0.0.1 localhost\n127.0.0.2 ${HOST}\n`);
    const inside = 'ip link set lo up && mount --bind "$0/hosts" /etc/hosts && exec "$@"';
    const own = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c', inside];
    const more = [option('--seconds') ?? '10', option('--records') ?? '100000', option('--only') ?? ''];
    const run = [process.execPath, program, scratch, ironProxy, ...more];
    const { status } = spawnSync('unshare', [...own, scratch, ...run], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  });
}
