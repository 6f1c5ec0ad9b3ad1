import type { Program } from './program';

/**
 * One call of the AWS CLI, which fetches all pages and retries. The run needs the CLI for its tunnel; every other call
 * uses it too, so that a reader of the log can repeat each command.
 *
 * @param query a JMESPath expression that selects part of the answer
 * @throws AwsRefusal when AWS refuses
 */
export type Aws = <T>(service: string, operation: string, input?: object, query?: string) => Promise<T>;

export class AwsRefusal extends Error {
  constructor(
    call: string,
    /** AWS's name of the error; empty when the CLI itself failed. */
    readonly code: string,
    detail: string,
  ) {
    super(`aws ${call}: ${code ? `${code}: ` : ''}${detail}`);
  }
}

export function awsCli(program: Program): Aws {
  return async <T>(service: string, operation: string, input: object = {}, query?: string) => {
    const words = [service, operation, '--cli-input-json', JSON.stringify(input), '--output', 'json'];
    if (query !== undefined) words.push('--query', query);
    const { exitCode, stdout, stderr } = await program('aws', words);
    if (exitCode === 0) return JSON.parse(stdout.trim() || 'null') as T;
    const [, code = ''] = /An error occurred \((\w+)\)/.exec(stderr) ?? [];
    throw new AwsRefusal(`${service} ${operation}`, code, stderr.trim().split('\n').at(-1) ?? '');
  };
}

/** The command as a person types it. */
export function asTyped(service: string, operation: string, input: object): string {
  return `aws ${service} ${operation} --cli-input-json '${JSON.stringify(input)}'`;
}
