import { TAG_STACK } from '../../constructs/names';
import { messageOf } from '../../lib/message-of';
import { type Aws, AwsRefusal } from './aws-cli';
import type { Identity } from './evidence';
import { leftovers, THROWAWAY } from './leftovers';
import type { Program } from './program';

export type Ready =
  | { readonly ok: true; readonly identity: Identity; readonly versions: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problem: string };

const no = (problem: string): Ready => ({ ok: false, problem });

/**
 * What must be there before anything is made; the first that isn't is said.
 *
 * @param fresh whether nothing of an earlier run may be there
 */
export async function prerequisites(run: Program, aws: Aws, region: string, fresh: boolean): Promise<Ready> {
  const versions: Record<string, string> = {};
  for (const [name, word] of [
    ['aws', '--version'],
    ['ssh', '-V'],
  ] as const) {
    const said = await run(name, [word]).catch(() => undefined);
    if (said?.exitCode !== 0)
      return no(`${name} is not here: install ${name === 'aws' ? 'the AWS CLI 2' : 'OpenSSH'}`);
    versions[name] = `${said.stdout}${said.stderr}`.trim().split('\n')[0] ?? '';
  }
  const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(versions.aws ?? '') ?? [];
  if (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 12)) {
    return no(`the AWS CLI is ${versions.aws}: its tunnel to a machine needs 2.12 or later`);
  }
  return live(aws, region, fresh, versions);
}

async function live(
  aws: Aws,
  region: string,
  fresh: boolean,
  versions: Record<string, string>,
): Promise<Ready> {
  let identity: Identity;
  try {
    identity = await aws<Identity>('sts', 'get-caller-identity');
  } catch (error) {
    return no(
      `no usable credentials for ${region}: ${messageOf(error)}: sign in, and check --profile and --region`,
    );
  }
  try {
    const { Parameter } = await aws<{ Parameter: { Value: string } }>('ssm', 'get-parameter', {
      Name: '/cdk-bootstrap/hnb659fds/version',
    });
    versions.bootstrap = Parameter.Value;
  } catch (error) {
    if (!(error instanceof AwsRefusal) || error.code !== 'ParameterNotFound') return no(messageOf(error));
    return no(`${region} is not bootstrapped: run npx cdk bootstrap aws://${identity.Account}/${region}`);
  }
  for (const stack of fresh ? await earlierRuns(aws) : []) {
    const left = await leftovers({ aws, account: identity.Account, stack });
    if (left.length > 0) {
      return no(
        `${left.length} things of an earlier run are there: npm run try-on-aws -- --clean ${stack} --yes`,
      );
    }
  }
  return { ok: true, identity, versions };
}

async function earlierRuns(aws: Aws): Promise<string[]> {
  const input = { TagFilters: [{ Key: TAG_STACK }] };
  const query = `ResourceTagMappingList[].Tags[] | [?Key == '${TAG_STACK}'].Value`;
  const names = await aws<string[] | null>('resourcegroupstaggingapi', 'get-resources', input, query);
  return [...new Set(names ?? [])].filter((name) => THROWAWAY.test(name));
}
