import type { Airlock } from '../config/model';
import type { Clock, ControlPlane } from '../containment/cell';
import type { StepReport } from '../containment/step';
import { caller } from '../operations/caller';
import { awsControl } from '../operations/containment/aws-control';
import { realClock } from './clock';
import type { Context } from './context';
import type { StackOptions } from './options';
import { count, table } from './table';
import { type StackNamed, withStack } from './with-airlock';

/** What contain, release and drill work with. */
export interface Containing extends StackNamed {
  readonly control: ControlPlane;
  readonly clock: Clock;
  /** AWS's name of whoever runs the command. */
  readonly by: string;
}

export function withContainment(
  context: Context,
  options: StackOptions,
  command: (containing: Containing) => Promise<void>,
): Promise<void> | void {
  return withStack(context, options, async (named) => {
    const { aws, stack } = named;
    const by = (await caller(await context.services.sts(aws.region))).arn ?? 'an unknown identity';
    return command({ ...named, control: awsControl(aws, stack), clock: realClock(context.terminal), by });
  });
}

export function stepLines(steps: readonly StepReport[], { colours, columns }: Context): string[] {
  const paints = {
    confirmed: colours.green,
    unconfirmed: colours.red,
    failed: colours.red,
    skipped: colours.dim,
  };
  return table(
    steps.map(({ title, state, saw, seconds }) => [
      { text: state, paint: paints[state] },
      title,
      `${seconds.toFixed(1)} s`,
      saw,
    ]),
    '  ',
    columns,
  );
}

/** What a containment doesn't end: what was given out before it. */
export function remainsLines(agent: string, airlock: Airlock | undefined): string[] {
  const found = airlock?.agents.find(({ name }) => name === agent);
  const secrets = (found?.secrets ?? []).map(({ id: name }) => {
    const hosts = new Set(found?.egress.flatMap(({ secret, host }) => (secret === name ? [host] : [])));
    return `    ${name}, used at ${[...hosts].join(', ') || 'no host'}`;
  });
  return [
    '  not ended by this: requests that a server has already accepted, and work that it does for the agent;',
    ...(secrets.length === 0
      ? ['  tokens in use before, until you revoke them at their issuers']
      : [`  ${count(secrets.length, 'token')}, until you revoke them at their issuers:`, ...secrets]),
  ];
}
