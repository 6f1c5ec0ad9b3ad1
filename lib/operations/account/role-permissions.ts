import { fieldOf, isRecord } from '../../json';
import type { Template, TemplateResource } from '../synth/assembly';
import { list } from './boundary';

/** What the roles of a stack may do, and a boundary therefore has to allow. */
export interface RolePermissions {
  /** Sorted, each once. */
  readonly actions: readonly string[];
  /** Names of AWS's own policies, such as `service-role/AWSBackupServiceRolePolicyForBackup`. */
  readonly managedPolicies: readonly string[];
}

export function rolePermissions({ Resources = {} }: Template): RolePermissions {
  const resources = Object.values(Resources).filter(isRecord) as readonly TemplateResource[];
  const documents = resources.flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::IAM::ManagedPolicy' || Type === 'AWS::IAM::Policy') {
      // A policy without a role is for people.
      return list(Properties?.Roles).length > 0 ? [Properties?.PolicyDocument] : [];
    }
    return Type === 'AWS::IAM::Role'
      ? list(Properties?.Policies).map((each) => fieldOf(each, 'PolicyDocument'))
      : [];
  });
  const actions = documents
    .flatMap((document) => list(fieldOf(document, 'Statement')))
    .filter((statement) => fieldOf(statement, 'Effect') === 'Allow')
    .flatMap((statement) => list(fieldOf(statement, 'Action')).map(String));
  const managed = resources
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .flatMap(({ Properties }) => list(Properties?.ManagedPolicyArns))
    .map((arn) => /:iam::aws:policy\/([\w/-]+)/.exec(JSON.stringify(arn))?.[1])
    .filter((name) => name !== undefined);
  return { actions: sorted(actions), managedPolicies: sorted(managed) };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
