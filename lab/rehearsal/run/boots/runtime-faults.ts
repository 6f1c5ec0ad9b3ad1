import { refused } from '../../plan/checks/state';
import type { Inspection } from '../../plan/inspection';
import type { Installation } from '../../plan/installation';
import { asRoot, inspect, startAnew } from '../inside';
import { LONGEST_WAIT, type Machine } from '../machine';
import { notApplicable, type Rehearsal, type Results } from '../rehearsal';

/** A fault that appears while the agent runs, and that the agent's next start must notice. */
interface Fault {
  readonly law: 'R13' | 'R15' | 'R16';
  /** The message of the kit's boot scripts. */
  readonly message: RegExp;
  /** Shell, run as root. */
  readonly cause: string;
  readonly undo: string;
  /** Why this runtime can't have the fault; undefined: it can. */
  readonly impossible?: (installation: Installation) => string | undefined;
}

const REFUSED = 'airlock: RUNTIME REFUSED, the agent stays off:';

const FAULTS: readonly Fault[] = [
  {
    law: 'R13',
    message: new RegExp(`${REFUSED} the state volume is full`),
    cause: `runuser -u agent -- sh -c 'cd /var/lib/agent && fallocate -l $(df --output=avail -B1 . | tail -1) full
! head -c 1G /dev/zero >>full 2>/dev/null'`,
    undo: 'rm /var/lib/agent/full',
  },
  {
    // The runtime's stand-in reads this file (lab/rehearsal/programs/stand-in-runtime.sh).
    law: 'R15',
    message: new RegExp(`${REFUSED} \\S+ does not take its configuration: unknown key: fault`),
    cause: 'touch /run/fault',
    undo: 'rm /run/fault',
    impossible: ({ runtime }) =>
      runtime === 'custom' ? 'the kit has no check for the configuration of a custom runtime' : undefined,
  },
  {
    law: 'R16',
    message: new RegExp(`${REFUSED} a skill is not the one that is listed`),
    cause: `. /etc/airlock/agent.env; set -f; set -- $SKILLS; place=/var/lib/agent/\${1%/*}/faulty
runuser -u agent -- sh -c "mkdir -p $place && echo changed >$place/SKILL.md"
printf '%064d faulty 1.0\\n' 0 >>/etc/airlock/skills`,
    undo: "sed -i '/ faulty /d' /etc/airlock/skills",
    impossible: ({ runtime, skills }) => (skills === '' ? `${runtime} has no skills` : undefined),
  },
];

/**
 * Causes each fault on a running machine and starts the agent again, which must be refused.
 * @param before the same machine without a fault: no refusal
 */
export async function runtimeFaults(
  { installation }: Rehearsal,
  { shipped, faulty }: Results,
  machine: Machine,
  before: Inspection,
): Promise<void> {
  for (const { law, message, cause, undo, impossible } of FAULTS) {
    const reason = impossible?.(installation);
    if (reason !== undefined) {
      shipped[law] = notApplicable(reason);
      continue;
    }
    await asRoot(machine, cause);
    const from = machine.console.lines.length;
    await startAnew(machine);
    const line = await machine.console.until(message, LONGEST_WAIT, from);
    shipped[law] = refused(await inspect(machine), line?.text, message);
    faulty[law] = refused(before, undefined, message);
    await asRoot(machine, undo);
  }
}
