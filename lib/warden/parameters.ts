import {
  GetParameterHistoryCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { answerDate } from '../aws-date';
import { AwsError, type ParameterAnswer, type ParameterVersion } from './host';

export interface ParameterStore {
  readonly read: (names: readonly string[], withDecryption: boolean) => Promise<ParameterAnswer>;
  readonly history: (name: string) => Promise<readonly ParameterVersion[]>;
  readonly write: (name: string, value: string) => Promise<void>;
}

/** Parameter Store through the box's role. A call fails within seconds: the next poll is the retry. */
export function parameterStore(region: string): ParameterStore {
  const client = new SSMClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 6000 },
  });
  const asked = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw new AwsError(operation, codeOf(error));
    }
  };
  return {
    read: async (names, withDecryption) => {
      const command = new GetParametersCommand({ Names: [...names], WithDecryption: withDecryption });
      const date = answerDate(command);
      const answer = await asked('GetParameters', () => client.send(command));
      return {
        parameters: (answer.Parameters ?? []).flatMap(({ Name, Value, Version, LastModifiedDate }) =>
          Name === undefined || Value === undefined
            ? []
            : [{ name: Name, value: Value, version: Version ?? 1, modified: LastModifiedDate?.getTime() }],
        ),
        missing: answer.InvalidParameters ?? [],
        date: date(),
      };
    },
    history: async (name) => {
      const versions: ParameterVersion[] = [];
      for (let next: string | undefined, page = 0; page < MOST_PAGES; page += 1) {
        const command = new GetParameterHistoryCommand({ Name: name, NextToken: next });
        const { Parameters = [], NextToken } = await asked('GetParameterHistory', () => client.send(command));
        for (const { Version = 0, Value = '', LastModifiedUser, LastModifiedDate } of Parameters)
          versions.push({
            version: Version,
            value: Value,
            author: LastModifiedUser,
            modified: LastModifiedDate?.getTime(),
          });
        if (!NextToken) break;
        next = NextToken;
      }
      return versions;
    },
    write: async (Name, Value) => {
      const command = new PutParameterCommand({ Name, Value, Overwrite: true });
      await asked('PutParameter', () => client.send(command));
    },
  };
}

/** Parameter Store keeps a hundred versions; a page has up to fifty, and may have none. */
const MOST_PAGES = 20;

/** AWS's name for an error, or the network's. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name;
}
