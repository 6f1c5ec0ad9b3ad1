import { TAG_AGENT, TAG_PART } from '../../../constructs/names';
import { messageOf } from '../../message-of';
import { parseTemplate } from '../../reach';
import { readDocument } from '../../reach/template/document';
import { type Resource, Template } from '../../reach/template/template';
import { isFields, isList, isUnknown, Reference, type Value } from '../../reach/template/value';
import type { Aws } from '../aws';
import { notHere } from '../not-here';
import { isMissingStack, stackResources } from '../stack-resources';

/** A property as AWS has it: references are ids of what was made. What only AWS knows is undefined. */
export type Property =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Property[]
  | { readonly [name: string]: Property };

export interface DeployedResource {
  readonly type: string;
  /** Its id in the template. */
  readonly logicalId: string;
  /** Its id on AWS. */
  readonly id: string;
  /** The agent of its tag. */
  readonly agent?: string;
  readonly part?: string;
  get(property: string): Property;
}

/** Where the stack is. */
interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The template that CloudFormation deployed, and the ids of what it made from it. */
export interface Deployed extends Place {
  readonly stack: string;
  /** CloudFormation's word, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly template: unknown;
  /** Every id that the stack made. */
  readonly ids: ReadonlySet<string>;
  readonly resources: readonly DeployedResource[];
}

export type DeployedResult =
  | { readonly reason: 'found'; readonly deployed: Deployed }
  | { readonly reason: 'not-deployed'; readonly message: string };

/** @throws AwsError */
export async function readDeployed(aws: Aws, stack: string): Promise<DeployedResult> {
  const missing = {
    reason: 'not-deployed',
    message: `there is no stack ${stack}: ${notHere(aws.region)}`,
  } as const;
  const of = { StackName: stack };
  const [described, text, made] = await Promise.all([
    aws.find('cloudformation:DescribeStacks', of, isMissingStack),
    aws.find('cloudformation:GetTemplate', of, isMissingStack),
    stackResources(aws, stack),
  ]);
  const found = described?.Stacks?.[0];
  const place = placeOf(found?.StackId);
  if (!found || !place || !text || !made) return missing;
  const { TemplateBody = '' } = text;
  const ids = new Map(
    made.flatMap(({ LogicalResourceId: logical, PhysicalResourceId: id }) =>
      logical && id ? [[logical, id] as const] : [],
    ),
  );
  const status = found.StackStatus ?? 'in an unknown state';
  try {
    return { reason: 'found', deployed: deployedFrom({ ...place, stack, status }, TemplateBody, ids) };
  } catch (error) {
    return { reason: 'not-deployed', message: `the stack ${stack} (${status}): ${messageOf(error)}` };
  }
}

/** @throws when the text is no template */
export function deployedFrom(
  of: Place & Pick<Deployed, 'stack' | 'status'>,
  text: string,
  ids: ReadonlyMap<string, string>,
): Deployed {
  const parsed = parseTemplate(text);
  const read = parsed.ok ? readDocument(parsed.template) : undefined;
  if (!parsed.ok || !read?.ok) throw new Error('CloudFormation has no readable template of it: deploy it');
  const template = new Template(read.document);
  const types = new Map(template.resources.map(({ id, type }) => [id, type]));
  const physical = (logical: string, attribute: string): string | undefined => {
    const id = ids.get(logical);
    const type = types.get(logical) ?? '';
    if (id === undefined || attribute === 'Ref') return id;
    return attributeOf(type, id, attribute, of);
  };
  const resources = template.resources.flatMap((resource) => {
    const id = ids.get(resource.id);
    return id === undefined ? [] : [deployedResource(resource, id, (value) => plain(value, physical, of))];
  });
  return { ...of, template: parsed.template, ids: new Set(ids.values()), resources };
}

function deployedResource(
  resource: Resource,
  id: string,
  resolve: (value: Value) => Property,
): DeployedResource {
  return {
    type: resource.type,
    logicalId: resource.id,
    id,
    agent: resource.tag(TAG_AGENT),
    part: resource.tag(TAG_PART),
    get: (property) => resolve(resource.get(property)),
  };
}

function plain(
  value: Value,
  physical: (logical: string, attribute: string) => string | undefined,
  place: Place & { readonly stack: string },
): Property {
  if (value instanceof Reference) return physical(value.id, value.attribute);
  if (isUnknown(value)) return undefined;
  if (isList(value)) return value.map((each) => plain(each, physical, place));
  if (isFields(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, plain(each, physical, place)]),
    );
  }
  if (typeof value !== 'string') return value;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
    'AWS::Partition': place.partition,
    'AWS::StackName': place.stack,
    'AWS::URLSuffix': place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  return value.replace(
    /\$\{([\w:]+)(?:\.([\w.]+))?\}/g,
    (text, name: string, attribute = 'Ref') => pseudo[name] ?? physical(name, attribute) ?? text,
  );
}

/** Attributes that follow from the id. */
function attributeOf(type: string, id: string, attribute: string, place: Place): string | undefined {
  const arn = (service: string, resource: string, region = place.region) =>
    `arn:${place.partition}:${service}:${region}:${place.account}:${resource}`;
  switch (`${type} ${attribute}`) {
    case 'AWS::KMS::Key Arn':
      return arn('kms', `key/${id}`);
    case 'AWS::IAM::Role Arn':
      return arn('iam', `role/${id}`, '');
    case 'AWS::Logs::LogGroup Arn':
      return arn('logs', `log-group:${id}:*`);
    case 'AWS::EC2::SecurityGroup GroupId':
    case 'AWS::EC2::VPC VpcId':
    case 'AWS::Route53Resolver::FirewallRuleGroup Id':
    case 'AWS::Route53Resolver::FirewallDomainList Id':
    case 'AWS::Route53Resolver::ResolverQueryLoggingConfig Id':
      return id;
    default:
      return undefined;
  }
}

function placeOf(arn = ''): Place | undefined {
  const [, partition, , region, account] = arn.split(':');
  return partition && region && account ? { partition, region, account } : undefined;
}
