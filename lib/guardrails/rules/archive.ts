import type { Resource } from '../../reach/template/template';
import { booleanOf, field, integerOf, items, textOf, type Value } from '../../reach/template/value';
import type { Finding } from '../rule';
import type { Cell } from '../template/cell';
import { refersTo } from '../template/lookup';
import type { StackTemplate } from '../template/stack-template';
import { RETAINED } from './retained';

/** The archive that an agent's box is told to use: locked, private, without a second version of a file, and kept. */
export function archiveFindings({ template }: StackTemplate, { manifest, agent }: Cell): Finding[] {
  const name = manifest?.archive?.bucket;
  if (name === undefined) return [];
  const bucket = template.ofType('AWS::S3::Bucket').find(({ id }) => name === `\${${id}}`);
  if (bucket === undefined)
    return [
      {
        resource: template.resources[0]?.id ?? '',
        message: `the archive of agent "${agent}" is no bucket of this template, so nothing shows that it is locked`,
        fix: 'make it with AirlockEnvironment',
      },
    ];
  const policies = template
    .ofType('AWS::S3::BucketPolicy')
    .filter((policy) => refersTo(policy.get('Bucket'), bucket));
  const statements = policies.flatMap((policy) => items(field(policy.get('PolicyDocument'), 'Statement')));
  const wanting = [...faults(bucket), ...(statements.every(isDenial) ? [] : ['its policy allows something'])];
  const denies = (operator: string, key: string, value: string) =>
    statements.some((each) => textOf(field(field(field(each, 'Condition'), operator), key)) === value);
  if (!denies('Bool', 'aws:SecureTransport', 'false')) wanting.push('it is reached without TLS');
  if (!denies('Null', 's3:if-none-match', 'true')) wanting.push('it takes a second version of a file');
  return wanting.map((fault) => ({
    resource: bucket.id,
    message: `the archive of agent "${agent}": ${fault}`,
    fix: 'make it with AirlockEnvironment, and change nothing of it',
  }));
}

function faults(bucket: Resource): string[] {
  const lock = field(field(bucket.get('ObjectLockConfiguration'), 'Rule'), 'DefaultRetention');
  const isLocked =
    booleanOf(bucket.get('ObjectLockEnabled')) &&
    textOf(field(lock, 'Mode')) &&
    integerOf(field(lock, 'Days'));
  const open = (name: string) => !booleanOf(field(bucket.get('PublicAccessBlockConfiguration'), name));
  const walls = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
  const isKept = [bucket.raw.deletionPolicy, bucket.raw.updateReplacePolicy].every((policy) =>
    RETAINED.includes(String(policy)),
  );
  return [
    ...(isLocked ? [] : ['its files have no lock from the start']),
    ...(walls.some(open) ? ['it may become public'] : []),
    ...(bucket.get('BucketEncryption') === undefined ? ['it has no key of the stack'] : []),
    ...(isKept ? [] : ['it goes with the stack']),
  ];
}

function isDenial(statement: Value): boolean {
  return textOf(field(statement, 'Effect')) === 'Deny';
}
