import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const cwd = join(__dirname, '..', '..', 'lab', 'proxy', 'stand-in');
const go = spawnSync('go', ['version']).status === 0 ? test : test.skip;

/** The lab puts every shared case to the stand-in, and weakens the policies. */
go(
  'the Go tests of the stand-in pass',
  () => {
    execFileSync('go', ['vet', './...'], { cwd });
    execFileSync('go', ['test', './...'], { cwd });
  },
  300_000,
);
