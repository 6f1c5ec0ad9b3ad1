import { refused, STACK, type World } from './fake-trial';

const kept = (id: string) => [{ id, tags: [{ Key: 'airlock:stack', Value: STACK }] }];

/** The resources that stay after `cdk destroy`. */
export const DESTROYED: World['aws'] = {
  'cloudformation describe-stacks': refused('ValidationError'),
  'ec2 describe-instances': [],
  'ec2 describe-volumes': kept('vol-1'),
  'ec2 describe-snapshots': [],
  'logs describe-log-groups': [{ id: `/${STACK}/probe/audit` }],
  'ssm describe-parameters': [{ id: `/${STACK}/probe/made-up` }],
  'budgets describe-budgets': [],
  'resourcegroupstaggingapi get-resources': ({
    ResourceTypeFilters: [type],
  }: {
    ResourceTypeFilters: string[];
  }) => (type === 'kms' ? kept('arn:key') : kept('arn:vault:v')),
  'backup list-backup-vaults': ['arn:vault:v'],
  'backup list-recovery-points-by-backup-vault': ['arn:point'],
  's3api list-buckets': [{ id: `${STACK}-archive` }],
  's3api list-object-versions': [{ Key: 'probe/a b', VersionId: 'v1' }],
  'kms describe-key': 'Enabled',
};
