import { type DrillResult, drill } from '../../operations/contain';
import { command } from '../command';
import { stepLines, withContainment } from '../containment';
import { EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { uninterrupted } from '../progress';
import { orError, respond } from '../respond';

const views = orError<DrillResult>({
  lines: ({ containment, release, recorded }, context) => {
    const { colours } = context;
    return [
      containment.isCut
        ? `${containment.agent} was cut off, confirmed ${containment.cutSeconds?.toFixed(1)} s after the start`
        : colours.red(`${containment.agent} was NOT confirmed to be cut off`),
      ...stepLines(containment.steps, context),
      release.isReleased
        ? 'and released'
        : colours.red(`and is NOT released: npx airlock release ${release.agent} --because "…"`),
      ...stepLines(release.steps, context),
      recorded
        ? colours.green(`the drill of ${recorded} is recorded: preflight's kill-switch reads it`)
        : colours.red('the drill is not recorded, because AWS did not confirm every step'),
      "its snapshots stay and cost money: delete those with the tag airlock:evidence when you don't need them",
    ];
  },
  exitCode: ({ recorded }) => (recorded ? EXIT.ok : EXIT.problem),
});

export const registerDrill = command('drill <agent>', {
  summary: 'contain an agent on purpose, time it, release it, record the day',
  description:
    'Does what `airlock contain` and then `airlock release` do. The agent is down for some minutes, and requests in flight are lost. It refuses an agent of which a machine is stopped. When AWS confirmed every step, the day is recorded where `airlock preflight` reads it.',
  options: STACK_OPTIONS,
  examples: ['airlock drill scout'],
  exitCodes: '0 confirmed and recorded, 1 not.',
  run: (context, agent: string, options: StackOptions) =>
    withContainment(context, options, async ({ control, clock, stack, by }) => {
      const work = () => drill({ aws: control, clock, stack, agent }, { by });
      respond(context, await uninterrupted(context, `drilling ${agent}`, work), views);
    }),
});
