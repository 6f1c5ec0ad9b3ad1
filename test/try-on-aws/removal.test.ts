import { type Aws, AwsRefusal } from '../../lab/aws/aws-cli';
import { leftLines } from '../../lab/aws/lines';
import { removeAll } from '../../lab/aws/remove-all';
import { DESTROYED } from './destroyed';
import { ACCOUNT, fakeTrial, goodWorld, refused, STACK, type World } from './fake-trial';

/** A fake account whose calls delete the stack and its resources. */
function account(more: World['aws'] = {}, statuses = ['CREATE_COMPLETE']) {
  const calls: string[] = [];
  const gone = new Set<string>();
  const answers: World['aws'] = {
    ...DESTROYED,
    'cloudformation describe-stacks': () => {
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (gone.has('stack')) throw new AwsRefusal('describe-stacks', 'ValidationError', 'does not exist');
      return status;
    },
    ...more,
  };
  const trial = fakeTrial({ ...goodWorld(), aws: answers });
  const aws = (async (service: string, operation: string, input: object = {}) => {
    calls.push(`${operation} ${JSON.stringify(input)}`);
    if (operation === 'delete-stack') gone.add('stack');
    if (/^(delete|terminate|schedule)/.test(operation)) return void gone.add(operation);
    if (operation === 'update-termination-protection') return {};
    const seen = await trial.aws<unknown>(service, operation, input);
    return removedBy[operation] && gone.has(removedBy[operation]) ? [] : seen;
  }) as Aws;
  return { aws, calls };
}

const removedBy: Record<string, string> = {
  'describe-volumes': 'delete-volume',
  'describe-log-groups': 'delete-log-group',
  'describe-parameters': 'delete-parameter',
  'list-recovery-points-by-backup-vault': 'delete-recovery-point',
  'list-backup-vaults': 'delete-backup-vault',
  'list-object-versions': 'delete-object',
  'list-buckets': 'delete-bucket',
  'get-resources': 'schedule-key-deletion',
};

const remove = (aws: Aws, stack = STACK) =>
  removeAll({ aws, account: ACCOUNT, stack, tell: () => undefined, pause: async () => undefined });

const order = (calls: readonly string[]) =>
  calls
    .map((call) => call.split(' ')[0] ?? '')
    .filter((name) => /^(delete|terminate|update|schedule)/.test(name));

describe('the removal', () => {
  test('removes the protection, deletes the stack, then the retained resources', async () => {
    const { aws, calls } = account();
    expect(await remove(aws)).toEqual([]);
    expect(order(calls)).toEqual([
      'update-termination-protection',
      'delete-stack',
      'delete-volume',
      'delete-log-group',
      'delete-parameter',
      'delete-recovery-point',
      'delete-backup-vault',
      'delete-object',
      'delete-bucket',
      'schedule-key-deletion',
    ]);
    expect(calls).toContain(
      `delete-object {"Bucket":"${STACK}-archive","Key":"probe/a b","VersionId":"v1","BypassGovernanceRetention":true}`,
    );
  });

  test('waits until CloudFormation has finished an update', async () => {
    const { aws, calls } = account({}, [
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(await remove(aws)).toEqual([]);
    const first = calls.findIndex((call) => call.startsWith('delete-stack'));
    const polls = calls.slice(0, first).filter((call) => call.startsWith('describe-stacks'));
    expect(polls.length).toBeGreaterThanOrEqual(3);
  });

  test('deletes a stack without protection whose change set CloudFormation refused', async () => {
    const { aws, calls } = account({}, ['REVIEW_IN_PROGRESS']);
    const unprotected = (async (service: string, operation: string, input?: object) => {
      if (operation === 'update-termination-protection')
        throw new AwsRefusal(operation, 'ValidationError', 'no');
      return aws(service, operation, input);
    }) as Aws;
    expect(await remove(unprotected)).toEqual([]);
    expect(order(calls)).toContain('delete-stack');
  });

  test('reports what it could not remove, with the commands', async () => {
    const volumes = [{ id: 'vol-1', tags: [{ Key: 'airlock:stack', Value: STACK }] }];
    const { aws } = account({ 'ec2 describe-volumes': volumes });
    const stubborn = (async (service: string, operation: string, input?: object) => {
      if (operation === 'delete-volume') throw new AwsRefusal('delete-volume', 'VolumeInUse', 'in use');
      return aws(service, operation, input);
    }) as Aws;
    const left = await remove(stubborn);
    expect(leftLines(left)).toEqual([
      'left: volume vol-1',
      `  aws ec2 delete-volume --cli-input-json '{"VolumeId":"vol-1"}'`,
    ]);
  });

  test('removes the other kinds when it can not list one, and reports that one', async () => {
    const { aws, calls } = account({ 'budgets describe-budgets': refused('AccessDenied') });
    const left = await remove(aws);
    expect(left.map(({ kind }) => kind)).toEqual(['budget, not listed']);
    expect(order(calls)).toContain('schedule-key-deletion');
  });

  test('removes nothing of another stack, even if AWS lists it', async () => {
    const tags = [{ Key: 'airlock:stack', Value: `${STACK}0` }];
    const { aws, calls } = account({
      ...DESTROYED,
      'ec2 describe-volumes': [
        { id: 'vol-1', tags },
        { id: 'vol-2', tags: null },
      ],
      'ec2 describe-instances': [{ id: 'i-1', tags: [{ Key: 'other', Value: STACK }] }],
      'logs describe-log-groups': [{ id: `/${STACK}0/audit` }, { id: `/x/${STACK}/audit` }],
      'ssm describe-parameters': [{ id: `/airlock/${STACK}` }],
      'budgets describe-budgets': [{ id: `${STACK}0-total` }],
      's3api list-buckets': [{ id: `${STACK}0-archive` }],
      'resourcegroupstaggingapi get-resources': [{ id: 'arn:key', tags }],
    });
    expect(await remove(aws)).toEqual([]);
    expect(order(calls)).toEqual([]);
  });

  test.each(['airlock', 'airlock-try-', `${STACK}0`, ''])('refuses the stack name %j', async (stack) => {
    const { aws, calls } = account({ 'cloudformation describe-stacks': refused('ValidationError') });
    await expect(remove(aws, stack)).rejects.toThrow('is no throwaway stack');
    expect(order(calls)).toEqual([]);
  });
});
