import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsError, type ParameterAnswer } from './host';

export type ReadParameters = (names: readonly string[], withDecryption: boolean) => Promise<ParameterAnswer>;

/** Parameter Store through the box's role. A call fails within seconds: the next poll is the retry. */
export function readParametersFrom(region: string): ReadParameters {
  const client = new SSMClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 6000 },
  });
  return async (names, withDecryption) => {
    try {
      const answer = await client.send(
        new GetParametersCommand({ Names: [...names], WithDecryption: withDecryption }),
      );
      return {
        parameters: (answer.Parameters ?? []).flatMap(({ Name, Value, Version }) =>
          Name === undefined || Value === undefined
            ? []
            : [{ name: Name, value: Value, version: Version ?? 1 }],
        ),
        missing: answer.InvalidParameters ?? [],
      };
    } catch (error) {
      throw new AwsError('GetParameters', codeOf(error));
    }
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}
