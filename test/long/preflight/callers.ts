import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../constructs/package-root';
import type { Moto } from './moto';

const IAM = '2010-05-08';

/** A person who may do just that, and whose key it is. */
export async function callerWith(
  moto: Moto,
  name: string,
  actions: readonly string[],
): Promise<NodeJS.ProcessEnv> {
  const of = { UserName: name };
  await moto.query('iam', IAM, 'CreateUser', of);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
  await moto.query('iam', IAM, 'PutUserPolicy', { ...of, PolicyName: 'only', PolicyDocument });
  const made = await moto.query('iam', IAM, 'CreateAccessKey', of);
  const text = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(made)?.[1];
  return { AWS_ACCESS_KEY_ID: text('AccessKeyId'), AWS_SECRET_ACCESS_KEY: text('SecretAccessKey') };
}

/** For each action, a person who may do all of them but that one. */
export function callersWithout(
  moto: Moto,
  actions: readonly string[],
): Promise<readonly { readonly action: string; readonly env: NodeJS.ProcessEnv }[]> {
  return Promise.all(
    actions.map(async (action) => {
      const others = actions.filter((each) => each !== action);
      return { action, env: await callerWith(moto, action.replace(':', '.'), others) };
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
