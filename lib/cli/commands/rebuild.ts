import { stateSourceOf } from '../../operations/preflight/live-state-source';
import { type RebuildPlan, type RebuildResult, rebuild } from '../../operations/rebuild';
import { awsDisks } from '../../operations/rebuild/disks';
import { restoredState } from '../../operations/rebuild/restored-state';
import { verify } from '../../operations/verify';
import { readDeployed } from '../../operations/verify/deployed';
import { healthOf } from '../../operations/verify/live/health';
import { checkLines } from '../check-lines';
import { command } from '../command';
import { stepLines, withContainment } from '../containment';
import { EXIT } from '../context';
import { STACK_OPTIONS, type StackOptions } from '../options';
import { uninterrupted } from '../progress';
import { orError, respond } from '../respond';
import { count } from '../table';

interface Options extends StackOptions {
  readonly proxy?: boolean;
  readonly image?: string;
  readonly stateFrom?: string;
  readonly dryRun?: boolean;
}

/** The disk is replaced, and some live check fails. */
const UNVERIFIED = 2;

const views = orError<RebuildResult>({
  lines: (result, context) => {
    const { colours } = context;
    switch (result.reason) {
      case 'planned':
        return [`would give ${planText(result.plan)}`, '  it reboots; state volume and address stay'];
      case 'incomplete':
        return [
          colours.red(`${result.plan.agent} is NOT rebuilt: mend what failed, and run it again`),
          ...stepLines(result.steps, context),
          ...(result.newDisk === undefined
            ? []
            : [`  ${result.newDisk} was made: delete it unless the machine has it`]),
        ];
      case 'rebuilt':
        return [
          colours.green(`gave ${planText(result.plan)}: ${result.newDisk}`),
          ...stepLines(result.steps, context),
          ...checkLines(result.failed, context),
          isVerified(result)
            ? colours.green('  airlock verify: nothing failed')
            : colours.red(
                `  airlock verify: ${result.unverified ?? `${count(result.failed.length, 'check')} failed`}`,
              ),
          `  the old disk ${result.plan.oldDisk} stays and costs money: delete it when you don't need it`,
        ];
    }
  },
  exitCode: (result) => {
    if (result.reason === 'rebuilt') return isVerified(result) ? EXIT.ok : UNVERIFIED;
    return result.reason === 'planned' ? EXIT.ok : EXIT.problem;
  },
});

function isVerified({ failed, unverified }: Extract<RebuildResult, { reason: 'rebuilt' }>): boolean {
  return failed.length === 0 && unverified === undefined;
}

function planText({ agent, part, machine, image, sizeGiB, oldDisk, stateVolume }: RebuildPlan): string {
  const state = stateVolume === undefined ? '' : `, beside the restored state volume ${stateVolume}`;
  const what = part === 'proxy-box' ? 'proxy box' : 'agent host';
  return `the ${what} ${machine} of ${agent} a new root disk of ${sizeGiB} GiB from ${image}, instead of ${oldDisk}${state}`;
}

export const registerRebuild = command('rebuild <agent>', {
  summary: 'give a machine a fresh root disk, and keep its state',
  description:
    "Makes a new root disk from an image, encrypted with the agent's key, lets EC2 swap it for the present one, which reboots the machine, and then runs the checks of `airlock verify`. Address, security groups and state volume stay; the machine sets itself up anew from its user data. A stopped machine, such as that of a contained agent, is started in the groups that it has, and stopped again. The old disk stays.",
  options: [
    ...STACK_OPTIONS,
    ['--proxy', 'the proxy box instead of the agent host: the agent has no way out meanwhile'],
    ['--image <ami>', 'the image of the new disk (default: the one that the machine was launched with)'],
    [
      '--state-from <source>',
      'only with a state volume from this volume, snapshot or recovery point: says each step that is missing before',
    ],
    ['--dry-run', 'only say what it would do'],
  ],
  notes: `The agent's file names the source of its state volume, and a deployment restores it (docs/RESTORE.md). With
--state-from, the command checks the source, says what to write and to deploy, and rebuilds once the restored volume is
on the agent host.`,
  examples: [
    'airlock rebuild scout',
    'airlock rebuild scout --image ami-0123456789abcdef0 --dry-run',
    'airlock rebuild scout --proxy',
    'airlock rebuild scout --state-from snap-0123456789abcdef0',
  ],
  exitCodes: '0 rebuilt, and nothing that verify checks fails; 1 not rebuilt; 2 rebuilt, and a check fails.',
  run: (context, agent: string, { proxy, image, stateFrom, dryRun, ...options }: Options) =>
    withContainment(context, options, async ({ aws, control, clock, stack, airlock }) => {
      const now = () => context.terminal.now();
      const input = {
        aws: control,
        clock,
        stack,
        agent,
        image,
        part: proxy ? ('proxy-box' as const) : ('agent-host' as const),
        disks: awsDisks(aws),
        ...(stateFrom !== undefined && {
          state: () =>
            restoredState({
              ...{ from: stateFrom, agent, airlock, region: aws.region },
              deployed: () => readDeployed(aws, stack),
              source: (from) => stateSourceOf(aws, from),
            }),
        }),
        health: () => healthOf(aws, { stack, agent, now: now() }),
        verify: (contained: boolean) => verify({ aws, stack, agent, airlock, contained, now: now() }),
      };
      const work = () => rebuild(input, { dryRun });
      respond(context, await uninterrupted(context, `rebuilding ${agent}`, work), views);
    }),
});
