import { Option } from 'commander';
import { type ReleaseResult, release } from '../../operations/contain';
import { verify } from '../../operations/verify';
import { VERIFY_CHECKS } from '../../operations/verify/checks';
import { checkLines } from '../check-lines';
import { command } from '../command';
import { stepLines, withContainment } from '../containment';
import { EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { uninterrupted } from '../progress';
import { fail, orError, respond } from '../respond';
import { count } from '../table';

interface Options extends StackOptions {
  readonly because: string;
  readonly despite?: readonly string[];
}

const views = orError<ReleaseResult>({
  lines: (result, context) => {
    if (result.reason === 'unverified') {
      return [
        ...checkLines(result.failed, context),
        context.colours.red(
          `${result.agent} is NOT released, and nothing was changed: ${count(result.failed.length, 'check')} failed`,
        ),
      ];
    }
    const { agent, isReleased, steps } = result.release;
    return [
      isReleased
        ? context.colours.green(`${agent} is released`)
        : context.colours.red(`${agent} is NOT released: mend what failed, and run it again`),
      ...stepLines(steps, context),
    ];
  },
  exitCode: (result) => (result.reason === 'released' && result.release.isReleased ? EXIT.ok : EXIT.problem),
});

export const registerRelease = command('release <agent>', {
  summary: 'undo a containment: proxy box first, then the agent host',
  description:
    "Runs the checks of `airlock verify` first, and changes nothing while one of them fails. Then it allows the sessions of the proxy box's role again, puts each machine back into its own security groups and starts it, the proxy box first. Stops at the first step that AWS doesn't confirm. Snapshots stay.",
  options: [
    ...STACK_OPTIONS,
    new Option(
      '--because <reason>',
      'why the agent may go on; everybody who is told reads it',
    ).makeOptionMandatory(),
    new Option(
      '--despite <check...>',
      'ids of checks that may fail; everybody who is told reads them',
    ).choices(VERIFY_CHECKS.map(({ id }) => id)),
  ],
  notes: `Sessions of the role from before the containment are valid again until they expire, within six hours. If the proxy box
itself may have been taken over, rotate its secrets first.`,
  examples: [
    'airlock release scout --because "false alarm: a scheduled job pushed twice"',
    'airlock release scout --because "restored by hand" --despite backup alert-topic',
  ],
  exitCodes: '0 released, 1 not released.',
  run: (context, agent: string, options: Options) => {
    const because = options.because.trim();
    if (because === '') {
      fail(context, '--because is empty: say why the agent may go on');
      return;
    }
    return withContainment(context, options, async ({ aws, control, clock, stack, airlock, by }) => {
      const now = context.terminal.now();
      const checks = () => verify({ aws, stack, agent, airlock, contained: true, now });
      const { despite } = options;
      const work = () =>
        release({ aws: control, clock, stack, agent }, { by, because, despite, verify: checks });
      respond(context, await uninterrupted(context, `releasing ${agent}`, work), views);
    });
  },
});
