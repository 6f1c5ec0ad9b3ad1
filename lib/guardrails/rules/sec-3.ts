import { caKeyParameter } from '../../../constructs/names';
import { booleanOf, field, isFields, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { policiesOf, proxyRoles } from '../template/proxy-role';
import type { StackTemplate } from '../template/stack-template';
import {
  allowsAction,
  identityPolicies,
  patternMatches,
  type Statement,
  UNKNOWN,
} from '../template/statements';

export const sec3: Rule = {
  id: 'SEC-3',
  law: "a certificate authority's private key exists only in its encrypted parameter and on its proxy box",
  check: (stack) =>
    stack.cells.flatMap((cell) => [...made(cell), ...named(stack, cell), ...decrypted(stack, cell)]),
};

function made(cell: Cell): Finding[] {
  const name = caKeyParameter(cell.stack, cell.agent);
  const { secrets } = cell;
  if (secrets === undefined || textOf(secrets.get('CaKeyParameter')) !== name) {
    return [
      {
        resource: secrets?.id ?? cell.anchor.id,
        message: `no custom resource keeps the private key of "${cell.agent}"'s certificate authority in ${name}`,
        fix: 'make the agent with AgentCell',
      },
    ];
  }
  const keyArn = secrets.get('KeyArn');
  return cell.key !== undefined && isFields(keyArn) === false && refers(keyArn, cell.key.id)
    ? []
    : [
        {
          resource: secrets.id,
          message: `the secrets of "${cell.agent}" are not encrypted with its own key`,
          fix: 'pass KeyArn of its own key',
        },
      ];
}

function refers(value: unknown, id: string): boolean {
  return typeof value === 'object' && value !== null && (value as { id?: unknown }).id === id;
}

/** Findings for whatever else names the parameter. */
function named(stack: StackTemplate, cell: Cell): Finding[] {
  const name = caKeyParameter(cell.stack, cell.agent);
  const allowed = new Set([cell.secrets?.id, cell.box?.id, ...policiesOfProxies(stack, cell)]);
  const owners = stack.leaves.flatMap(({ owner, text }) => (text.includes(name.slice(1)) ? [owner] : []));
  return [...new Set(owners)]
    .filter((owner) => !allowed.has(owner))
    .map((owner) => ({
      resource: owner,
      message: `names ${name}, which only the custom resource, the box parameter and the proxy role of "${cell.agent}" may`,
      fix: 'take it away: nothing else needs the private key',
    }));
}

function policiesOfProxies({ template }: StackTemplate, cell: Cell): string[] {
  return proxyRoles(template, cell).flatMap((role) => policiesOf(template, role).map(({ at }) => at.id));
}

/** Findings for whoever else could decrypt it with the agent's key. */
function decrypted(stack: StackTemplate, cell: Cell): Finding[] {
  const own = new Set(policiesOfProxies(stack, cell));
  return identityPolicies(stack.template)
    .filter((policy) => !own.has(policy.at.id))
    .flatMap((policy) => policy.statements)
    .filter((statement) => allowsAction(statement, DECRYPTING) && !isVolumeGrant(statement))
    .filter((statement) => concernsKey(statement, cell))
    .map((statement) => ({
      resource: statement.at.id,
      message: `may decrypt with the key of "${cell.agent}", which is for its proxy box alone`,
      fix: 'take kms:Decrypt away; encrypting is enough to write a secret',
    }));
}

const DECRYPTING = ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant', 'kms:PutKeyPolicy'];

/**
 * A grant that EC2 makes for itself, which attaching an encrypted volume needs. EBS binds it to the volume's encryption
 * context, so it decrypts no parameter.
 */
function isVolumeGrant({ actions, inverted, conditions }: Statement): boolean {
  const equals = field(conditions, 'StringEquals');
  return (
    !inverted &&
    actions.every((action) => action === 'kms:CreateGrant') &&
    booleanOf(field(field(conditions, 'Bool'), 'kms:GrantIsForAWSResource')) === true &&
    textOf(field(equals, 'kms:GrantConstraintType')) === 'EncryptionContextSubset' &&
    /^ec2\.[^.*?]+\.amazonaws\.com$/.test(
      textOf(field(equals, 'kms:ViaService'))?.replace('${AWS::Region}', 'region') ?? '',
    )
  );
}

function concernsKey({ resources, inverted }: Statement, { key }: Cell): boolean {
  const arn = `\${${key?.id}.Arn}`;
  return (
    inverted || resources.some((resource) => resource === UNKNOWN || resource === arn || isAnyKey(resource))
  );
}

/** `*`, or a pattern that any key's ARN fits. */
function isAnyKey(resource: string): boolean {
  return patternMatches(
    resource.replaceAll(/\$\{AWS::\w+\}/g, '*'),
    'arn:aws:kms:us-east-1:123456789012:key/0',
  );
}
