import { type Aws, awsOf } from '../operations/aws';
import type { Context } from './context';

/** What operations call AWS with. */
export function awsIn({ services, terminal }: Context, region: string): Aws {
  return awsOf(services, region, terminal.env.AWS_ENDPOINT_URL);
}
