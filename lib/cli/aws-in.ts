import { type Aws, awsOf } from '../operations/aws';
import type { Context } from './context';

/** What operations call AWS with. */
export function awsIn(context: Context, region: string): Aws {
  const { services, terminal } = context;
  const aws = awsOf(services, region, terminal.env.AWS_ENDPOINT_URL);
  context.clockOffset = aws.clockOffset;
  return aws;
}

/** The SDK signs with AWS's time, so a wrong clock stops nothing; but what a person asks for by time is another time. */
export function warnOfClock({ clockOffset, terminal, colours }: Context): void {
  const minutes = Math.round((clockOffset?.() ?? 0) / 60_000);
  if (Math.abs(minutes) < WRONG_MINUTES) return;
  const how = minutes > 0 ? 'behind' : 'ahead of';
  terminal.stderr(
    `${colours.yellow('warning:')} this machine's clock is ${Math.abs(minutes)} minutes ${how} AWS's: set it, because --since and ages go by it\n`,
  );
}

const WRONG_MINUTES = 4;
