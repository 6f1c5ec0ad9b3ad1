import { type Aws, awsOf, type Clients } from '../../lib/operations/aws';

/** AWS as `answer` imagines it. @param answer gets the name of each operation, such as `DescribeVpcs`, and its input */
// biome-ignore lint/suspicious/noExplicitAny: inputs of many operations
export function awsWith(answer: (operation: string, input: any) => unknown, region = 'us-east-1'): Aws {
  const client = {
    send: async (command: { constructor: { name: string }; operation?: string; input: object }) =>
      answer(command.operation ?? command.constructor.name.replace(/Command$/, ''), command.input),
  };
  return awsOf(new Proxy({}, { get: () => () => client }) as Clients, region);
}

/** Such as AWS's `AccessDeniedException`, with words of its own. */
export function awsError(name: string, message = 'AWS says a lot here'): Error {
  return Object.assign(new Error(message), { name });
}
