import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../constructs/package-root';
import type { BuiltAccount } from '../verify/account';

/** Credentials that permit these actions alone. */
export async function callerWith(
  account: BuiltAccount,
  name: string,
  actions: readonly string[],
): Promise<NodeJS.ProcessEnv> {
  const of = { UserName: name };
  await account.call('iam', 'CreateUser', of);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
  await account.call('iam', 'PutUserPolicy', { ...of, PolicyName: 'only', PolicyDocument });
  const { AccessKey } = await account.call('iam', 'CreateAccessKey', of);
  return { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
}

/** For each action, credentials that permit all the others. */
export function callersWithout(
  account: BuiltAccount,
  actions: readonly string[],
): Promise<readonly { readonly action: string; readonly env: NodeJS.ProcessEnv }[]> {
  return Promise.all(
    actions.map(async (action) => {
      const others = actions.filter((each) => each !== action);
      return { action, env: await callerWith(account, action.replace(':', '.'), others) };
    }),
  );
}

/** The actions that a row of docs/PERMISSIONS.md names. @param upTo text of the row after which no more count */
export function permittedActions(row: RegExp, upTo?: string): string[] {
  const text = readFileSync(join(packageRoot(), 'docs', 'PERMISSIONS.md'), 'utf8');
  const found = row.exec(text)?.[0] ?? '';
  const counted = upTo === undefined ? found : (found.split(upTo)[0] ?? '');
  return [...counted.matchAll(/`([a-z0-9]+:[A-Z]\w+)`/g)].map((match) => match[1] as string);
}
