import type { Airlock } from '../../config/model';
import { isConfirmed } from '../../containment/step';
import { type ContainResult, contain } from '../../operations/contain';
import { command } from '../command';
import { remainsLines, stepLines, withContainment } from '../containment';
import { EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { uninterrupted } from '../progress';
import { fail, orError, respond } from '../respond';

interface Options extends StackOptions {
  readonly all?: boolean;
  readonly keepRunning?: boolean;
  readonly dryRun?: boolean;
}

/** The agent is cut off, and some other step is not confirmed. */
const INCOMPLETE = 2;

const viewsFor = (airlock: Airlock | undefined) =>
  orError<ContainResult>({
    lines: (result, context) => {
      switch (result.reason) {
        case 'planned':
          return result.cells.flatMap(({ agent, machines }) => [
            `${agent}: would stop, quarantine and snapshot`,
            ...machines.map(
              ({ id, part, state, interfaces, volumes }) =>
                `  ${part} ${id} (${state}): interfaces ${interfaces.map((each) => each.id).join(', ')}; volumes ${volumes.join(', ')}`,
            ),
          ]);
        case 'contained':
          return result.containments.flatMap(({ agent, isCut, cutSeconds, steps }) => [
            isCut
              ? context.colours.green(
                  `${agent} is cut off, confirmed ${cutSeconds?.toFixed(1)} s after the start`,
                )
              : context.colours.red(
                  `${agent} is NOT confirmed to be cut off: run it again, or stop its machines by hand`,
                ),
            ...stepLines(steps, context),
            ...remainsLines(agent, airlock),
            `  undo: airlock release ${agent} --because "…"`,
          ]);
      }
    },
    exitCode: (result) => {
      if (result.reason === 'planned') return EXIT.ok;
      if (!result.containments.every(({ isCut }) => isCut)) return EXIT.problem;
      return result.containments.every(({ steps }) => isConfirmed(steps)) ? EXIT.ok : INCOMPLETE;
    },
  });

export const registerContain = command('contain [agent]', {
  summary: 'cut an agent off: stop its machines, quarantine them, keep the evidence',
  description:
    "Stops the agent's proxy box by force, which ends its open connections; puts both machines into the quarantine group; denies the sessions of the proxy box's role; takes snapshots of every volume; stops the agent host; tells people. Every step is tried, even when another fails, and may be repeated. Then each is read back from AWS, and only a confirmed stop is called cut.",
  options: [
    ...STACK_OPTIONS,
    ['--all', 'every agent of the stack'],
    ['--keep-running', 'leave the agent host running in quarantine, for a look at its memory'],
    ['--dry-run', 'only say what it would work on'],
  ],
  notes: `Needs AWS credentials (docs/PERMISSIONS.md). It asks nothing of the agent's machines, and with --stack it reads no
configuration, so neither can stop it. Release the agent before you deploy or destroy the stack.`,
  examples: ['airlock contain scout', 'airlock contain --all --stack airlock --region us-east-1'],
  exitCodes: `0 cut off and every step confirmed; 1 not confirmed to be cut off; 2 cut off, and some other step is not
confirmed.`,
  run: (context, agent: string | undefined, options: Options) => {
    if ((agent === undefined) === !options.all) {
      fail(context, 'name one agent, or pass --all for every agent of the stack');
      return;
    }
    return withContainment(context, options, async ({ control, clock, stack, by, airlock }) => {
      const { keepRunning, dryRun } = options;
      const work = () => contain({ aws: control, clock, stack, agent }, { by, keepRunning, dryRun });
      const result = await uninterrupted(context, `containing ${agent ?? 'every agent'}`, work);
      respond(context, result, viewsFor(airlock));
    });
  },
});
