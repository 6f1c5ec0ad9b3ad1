import type { Resource, Template } from '../../reach/template/template';
import { field, isFields, items, Reference, textOf, type Value } from '../../reach/template/value';

/** A statement of an IAM policy with its lists written out. */
export interface Statement {
  /** The resource whose properties hold it. */
  readonly at: Resource;
  readonly sid?: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** ARNs as texts, references as `${LogicalId.Arn}`, pseudo parameters as `${AWS::Region}`; `?` for what isn't known. */
  readonly resources: readonly string[];
  /** `NotAction` or `NotResource`: allows all that it doesn't name. */
  readonly inverted: boolean;
  readonly conditions: Value;
  readonly principal: Value;
}

/** What isn't known before a deployment; never equal to anything a rule allows. */
export const UNKNOWN = '?';

/** An identity policy in the template, whom it is attached to, and what it says. */
export interface IdentityPolicy {
  readonly at: Resource;
  readonly roles: readonly Value[];
  readonly statements: readonly Statement[];
}

const STANDALONE = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group'];

/** Every identity policy of the template: standalone, managed, and written into a role, user or group. */
export function identityPolicies(template: Template): IdentityPolicy[] {
  const standalone = template.ofType(...STANDALONE).map((at) => ({
    at,
    roles: [...items(at.get('Roles')), ...items(at.get('RoleName'))],
    statements: statementsOf(at, at.get('PolicyDocument')),
  }));
  const inline = template.ofType(...IDENTITIES).flatMap((at) =>
    items(at.get('Policies')).map((policy) => ({
      at,
      roles: [new Reference(at.id, 'Ref')],
      statements: statementsOf(at, field(policy, 'PolicyDocument')),
    })),
  );
  return [...standalone, ...inline];
}

/** The statements of a policy document; where the template doesn't show them, one that could allow anything. */
export function statementsOf(at: Resource, document: Value): Statement[] {
  if (document === undefined) {
    return [];
  }
  return items(isFields(document) ? field(document, 'Statement') : document).map((statement) => ({
    at,
    sid: textOf(field(statement, 'Sid')),
    effect: textOf(field(statement, 'Effect')) ?? UNKNOWN,
    actions: texts(field(statement, 'Action')),
    resources: texts(field(statement, 'Resource')),
    inverted: field(statement, 'NotAction') !== undefined || field(statement, 'NotResource') !== undefined,
    conditions: field(statement, 'Condition'),
    principal: field(statement, 'Principal'),
  }));
}

function texts(value: Value): string[] {
  return items(value).map((item) =>
    item instanceof Reference ? item.placeholder : (textOf(item) ?? UNKNOWN),
  );
}

/** Whether an IAM pattern (`*` any text, `?` any character) matches; letter case counts in resources alone. */
export function patternMatches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) {
    return pattern === text;
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

export function actionMatches(pattern: string, action: string): boolean {
  return patternMatches(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether a statement allows one of these actions on any resource. */
export function allowsAction(statement: Statement, actions: readonly string[]): boolean {
  return (
    statement.effect !== 'Deny' &&
    (statement.inverted ||
      statement.effect === UNKNOWN ||
      actions.some((action) => statement.actions.some((pattern) => actionMatches(pattern, action))))
  );
}
