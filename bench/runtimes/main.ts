import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProvenRuntime } from '../../lab/runtimes';
import { HERMES_READY, hermesAsks } from '../../lab/runtimes/hermes';
import { OPENCLAW_ASK, OPENCLAW_READY } from '../../lab/runtimes/openclaw';
import { runCheck } from '../../lab/runtimes/run/agent-machine';
import { Network } from '../../lab/runtimes/run/network';
import { ProxyBox } from '../../lab/runtimes/run/proxy-box';
import { directoryOf, missing, PROVEN } from '../../lab/runtimes/run/ready';
import { quoted, whileRunning } from '../../lab/runtimes/scripts';

/** Shell condition of a started runtime without work, and shell that asks it something. */
const USE: Readonly<Record<ProvenRuntime, { readonly idle: string; readonly question: string }>> = {
  'claude-code': job(),
  codex: job(),
  openclaw: {
    idle: OPENCLAW_READY,
    question: OPENCLAW_ASK,
  },
  hermes: {
    idle: HERMES_READY,
    question: hermesAsks('hello'),
  },
};

function job() {
  return {
    idle: '[ -d jobs ]',
    question: 'echo hello >jobs/1.md; until [ -e jobs/1.done ] || [ -e jobs/1.failed ]; do sleep 0.2; done',
  };
}

/** Proportional set sizes of all processes but the asking one, in KiB: shared pages count once. */
const PSS = `pss() {
  sum=0
  for each in /proc/[0-9]*; do
    case \${each#/proc/} in $$ | $me) continue ;; esac
    size=$(sed -n 's/^Pss: *\\([0-9]*\\) kB/\\1/p' $each/smaps_rollup 2>/dev/null)
    sum=$((sum + \${size:-0}))
  done
  echo "$1 $sum"
}`;

/** Memory half a minute after the start, then five times a second while it answers. */
const script = ({ idle, question }: { readonly idle: string; readonly question: string }) =>
  `${PSS}
me=$$
${whileRunning(idle, `sleep 30; pss rest; sh -c ${quoted(question)} >/dev/null 2>&1 & asked=$!; while kill -0 $asked 2>/dev/null; do pss busy; sleep 0.2; done`)}`;

/** Disk and memory of each fetched runtime, with the kit's files, behind the proxy box of the runtime checks. */
async function measureRuntimes(): Promise<void> {
  const why = missing();
  if (why !== undefined) throw new Error(why);
  const folder = mkdtempSync(join(tmpdir(), 'airlock-bench-'));
  const network = new Network();
  const proxy = new ProxyBox(network.proxy, folder);
  try {
    network.open();
    await proxy.open();
    console.log(`MB, ${process.arch}       disk     at rest   answering`);
    for (const runtime of PROVEN) {
      const check = { script: script(USE[runtime]), seconds: 240 };
      const { output } = await runCheck(runtime, check, [], proxy, network.agent, folder);
      const seen = (what: string) =>
        [...output.matchAll(new RegExp(`^${what} (\\d+)$`, 'gm'))].map(([, kib]) => megabytes(Number(kib)));
      const row = [onDisk(directoryOf(runtime)), ...seen('rest'), Math.max(...seen('busy'))];
      if (row.length !== 3 || !row.every(Number.isFinite))
        throw new Error(`${runtime} did not run:\n${output}`);
      console.log(`${runtime.padEnd(12)}${row.map((each) => each.toFixed(0).padStart(12)).join('')}`);
    }
  } finally {
    proxy.close();
    network.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function megabytes(kib: number): number {
  return (kib * 1024) / 1e6;
}

function onDisk(directory: string): number {
  return megabytes(Number(execFileSync('du', ['-sk', directory], { encoding: 'utf8' }).split('\t')[0]));
}

void measureRuntimes();
