import { refused } from '../../plan/checks/state';
import type { Installation } from '../../plan/installation';
import type { Sight } from '../../plan/sight';
import type { Cast, Score } from '../cast';
import { asRoot, look, startAnew } from '../inside';
import { type Machine, PATIENCE } from '../machine';

/** Something that goes wrong on a machine while its agent runs, and that the agent's next start has to see. */
interface Trouble {
  readonly law: 'R13' | 'R15' | 'R16';
  /** What the kit's boot scripts say then. */
  readonly words: RegExp;
  /** Shell, run as root. */
  readonly spoil: string;
  readonly mend: string;
  /** Why there is nothing to try; undefined: there is. */
  readonly without?: (installation: Installation) => string | undefined;
}

const REFUSED = 'airlock: RUNTIME REFUSED, the agent stays off:';

const TROUBLES: readonly Trouble[] = [
  {
    law: 'R13',
    words: new RegExp(`${REFUSED} the state volume is full`),
    spoil: `runuser -u agent -- sh -c 'cd /var/lib/agent && fallocate -l $(df --output=avail -B1 . | tail -1) full
! head -c 1G /dev/zero >>full 2>/dev/null'`,
    mend: 'rm /var/lib/agent/full',
  },
  {
    // The stand-in for the runtime looks for this file (lab/rehearsal/program.sh).
    law: 'R15',
    words: new RegExp(`${REFUSED} \\S+ does not take its configuration: unknown key: spoilt`),
    spoil: 'touch /run/spoilt',
    mend: 'rm /run/spoilt',
    without: ({ runtime }) => (runtime === 'custom' ? 'only its owner knows what it takes' : undefined),
  },
  {
    law: 'R16',
    words: new RegExp(`${REFUSED} a skill is not the one that is listed`),
    spoil: `. /etc/airlock/agent.env; set -f; set -- $SKILLS; place=/var/lib/agent/\${1%/*}/spoilt
runuser -u agent -- sh -c "mkdir -p $place && echo changed >$place/SKILL.md"
printf '%064d spoilt 1.0\\n' 0 >>/etc/airlock/skills`,
    mend: "sed -i '/ spoilt /d' /etc/airlock/skills",
    without: ({ runtime, skills }) => (skills === '' ? `${runtime} has no skills` : undefined),
  },
];

/**
 * Each trouble in turn on a machine that runs: the agent is started again, and must be refused.
 * @param sound the same machine before: none of the refusals is there
 */
export async function spoilt(
  { installation }: Cast,
  { real, broken }: Score,
  machine: Machine,
  sound: Sight,
): Promise<void> {
  for (const { law, words, spoil, mend, without } of TROUBLES) {
    const reason = without?.(installation);
    if (reason !== undefined) {
      real[law] = reason;
      continue;
    }
    await asRoot(machine, spoil);
    const from = machine.console.lines.length;
    await startAnew(machine);
    const said = await machine.console.until(words, PATIENCE, from);
    real[law] = refused(await look(machine), said?.text, words);
    broken[law] = refused(sound, undefined, words);
    await asRoot(machine, mend);
  }
}
