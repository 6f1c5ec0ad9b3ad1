import type { Services } from '../../lib/cli/services';
import { type Aws, awsOf } from '../../lib/operations/aws';

/**
 * AWS as `answer` imagines it, for commands.
 *
 * @param answer gets the name of each operation, such as `DescribeVpcs`, and its input
 */
// biome-ignore lint/suspicious/noExplicitAny: inputs of many operations
export function servicesWith(answer: (operation: string, input: any, region?: string) => unknown): Services {
  const client = async (region?: string) => ({
    send: async (command: { constructor: { name: string }; operation?: string; input: object }) =>
      answer(command.operation ?? command.constructor.name.replace(/Command$/, ''), command.input, region),
  });
  const services: Services = new Proxy({} as Services, {
    get: (_, name) => {
      if (name === 'profile') return undefined;
      return name === 'withProfile' ? () => services : client;
    },
  });
  return services;
}

/** The same for operations. */
export function awsWith(answer: Parameters<typeof servicesWith>[0], region = 'us-east-1'): Aws {
  return awsOf(servicesWith(answer), region);
}

/** Such as AWS's `AccessDeniedException`, with words of its own. */
export function awsError(name: string, message = 'AWS says a lot here'): Error {
  return Object.assign(new Error(message), { name });
}

/** AWS that refuses every call so. */
export function servicesThatFail(name: string): Services {
  return servicesWith(() => {
    throw awsError(name);
  });
}
