import { agentPrefix, containmentParameter, grantParameter, spendParameter } from '../../../constructs/names';
import { fieldOf, textsOf } from '../../json';
import { transformsOf } from '../../policy/document/loose';
import { field, items, textOf, type Value } from '../../reach/template/value';
import type { Cell } from '../template/cell';

/** Why this agent's proxy role may not take `action` on `resource`; undefined when it may. */
export function permission(
  cell: Cell,
  action: string,
  resource: string,
  conditions: Value,
): string | undefined {
  const rule = RULES[action];
  if (rule !== undefined) {
    return rule(cell, arnParts(resource), conditions)
      ? undefined
      : `allows ${action} on ${resource}, which is not this agent's own`;
  }
  return declared(cell, action)
    ? wildcard(action, resource)
    : `allows ${action}, which no rule of the agent declares`;
}

type Own = (cell: Cell, arn: Arn, conditions: Value) => boolean;

const ownParameter: Own = (cell, { service, name }) =>
  service === 'ssm' && isExact(name) && name.startsWith(`parameter${agentPrefix(cell.stack, cell.agent)}/`);

/** A history holds the values of plain parameters: those of grants and containments are names, reasons and times. */
const ownGrant: Own = (cell, { service, name }) =>
  service === 'ssm' &&
  isExact(name) &&
  (name.startsWith(`parameter${grantParameter(cell.stack, cell.agent, '')}`) ||
    name === `parameter${containmentParameter(cell.stack, cell.agent)}`);

const ownSpend: Own = (cell, { service, name }) =>
  service === 'ssm' && name === `parameter${spendParameter(cell.stack, cell.agent)}`;

const ownLog: Own = (cell, { text }) =>
  cell.auditLog !== undefined &&
  new RegExp(`^\\$\\{${cell.auditLog.id}\\.Arn\\}(?::\\*|:log-stream:[^*?]+)?$`).test(text);

const RULES: Readonly<Record<string, Own>> = {
  'ssm:GetParameter': ownParameter,
  'ssm:GetParameters': ownParameter,
  'ssm:GetParameterHistory': ownGrant,
  'ssm:PutParameter': ownSpend,
  'kms:Decrypt': (cell, { text }, conditions) =>
    cell.key !== undefined && text === `\${${cell.key.id}.Arn}` && isVia('ssm', conditions),
  'logs:CreateLogStream': ownLog,
  'logs:DescribeLogStreams': ownLog,
  'logs:PutLogEvents': ownLog,
  // Only to put: what is there stays.
  's3:PutObject': ({ agent, manifest }, { text }) =>
    text === `${manifest?.archive?.bucket.slice(0, -1)}.Arn}/${agent}/*`,
  'kms:GenerateDataKey': (cell, { text }, conditions) =>
    cell.key !== undefined && text === `\${${cell.key.id}.Arn}` && isVia('s3', conditions),
  // The object's own name holds a digest; the box compares it again before it runs anything.
  's3:GetObject': (cell, { service, name }) =>
    service === 's3' &&
    isExact(name) &&
    name === plain(`${cell.manifest?.warden.bucket}/${cell.manifest?.warden.key}`),
};

/** Without this condition the role could decrypt a stolen ciphertext, too. */
function isVia(service: 'ssm' | 's3', conditions: Value): boolean {
  const via = items(field(field(conditions, 'StringEquals'), 'kms:ViaService')).map((name) => textOf(name));
  return (
    via.length === 1 && new RegExp(`^${service}\\.[^.]+\\.amazonaws\\.com(?:\\.cn)?$`).test(via[0] ?? '')
  );
}

/** What `aws_auth` in the agent's policy signs for: an action of the same service. */
function declared(cell: Cell, action: string): boolean {
  const services = cell.policy
    ? transformsOf(cell.policy.proxy, 'aws_auth').flatMap((config) =>
        textsOf(fieldOf(config, 'allowed_services')),
      )
    : [];
  return services.includes(action.split(':')[0] as string);
}

function wildcard(action: string, resource: string): string | undefined {
  return isExact(resource) ? undefined : `allows ${action} on ${resource}, where a name could stand`;
}

interface Arn {
  readonly text: string;
  readonly service: string;
  /** What follows the account. */
  readonly name: string;
}

function arnParts(text: string): Arn {
  const [, , service = '', , , ...name] = plain(text).split(':');
  return { text, service, name: name.join(':') };
}

/** Pseudo parameters without the colons of their own. */
function plain(text: string): string {
  return text.replace(/\$\{AWS::(\w+)\}/g, '$$$1');
}

function isExact(name: string): boolean {
  return name !== '' && !/[*?]/.test(name);
}
