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
