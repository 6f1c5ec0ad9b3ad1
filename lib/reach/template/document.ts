import { RESOURCE_LIMIT } from '../../../constructs/names';
import { isRecord, own } from '../../json';

/** The parts of a template that say what is deployed, checked for their shape only. */
export interface TemplateDocument {
  readonly resources: ReadonlyMap<string, RawResource>;
  readonly parameters: ReadonlyMap<string, Record<string, unknown>>;
  readonly mappings: unknown;
  readonly conditions: ReadonlyMap<string, unknown>;
  /** Macros that rewrite the template at deployment. */
  readonly transforms: readonly string[];
}

export interface RawResource {
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly condition?: string;
  readonly deletionPolicy?: unknown;
  readonly updateReplacePolicy?: unknown;
}

export type DocumentResult =
  | { readonly ok: true; readonly document: TemplateDocument }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Takes anything, and refuses what isn't a CloudFormation template, with every reason. */
export function readDocument(template: unknown): DocumentResult {
  if (!isRecord(template)) {
    return refuse([`the template must be an object with "Resources", not ${kindOf(template)}`]);
  }
  const problems: string[] = [];
  const section = (name: string): Record<string, unknown> => {
    const value = own(template, name);
    if (value === undefined || value === null) return {};
    if (isRecord(value)) return value;
    problems.push(`${name}: must be an object, not ${kindOf(value)}`);
    return {};
  };

  const listed = section('Resources');
  const parameters = section('Parameters');
  const conditions = section('Conditions');
  const mappings = section('Mappings');
  const count = Object.keys(listed).length;
  if (count === 0 && problems.length === 0) {
    problems.push('Resources: the template has none, so it deploys nothing: pass a CloudFormation template');
  }
  if (count > RESOURCE_LIMIT) {
    problems.push(
      `Resources: ${count} is more than the ${RESOURCE_LIMIT} that CloudFormation allows in a stack`,
    );
  }

  const resources = new Map<string, RawResource>();
  for (const [id, raw] of Object.entries(listed)) {
    const problem = problemOf(raw);
    if (problem === undefined) resources.set(id, toResource(raw as Record<string, unknown>));
    else problems.push(`Resources.${id.slice(0, 255)}${problem}`);
  }
  if (problems.length > 0) return refuse(problems);
  return {
    ok: true,
    document: {
      resources,
      parameters: new Map(Object.entries(parameters).map(([id, raw]) => [id, isRecord(raw) ? raw : {}])),
      mappings,
      conditions: new Map(Object.entries(conditions)),
      transforms: transformsOf(own(template, 'Transform')),
    },
  };
}

function problemOf(raw: unknown): string | undefined {
  if (!isRecord(raw)) return `: must be an object with "Type", not ${kindOf(raw)}`;
  const type = own(raw, 'Type');
  if (typeof type !== 'string')
    return `.Type: must be a text such as "AWS::EC2::Instance", not ${kindOf(type)}`;
  const properties = own(raw, 'Properties');
  if (properties !== undefined && properties !== null && !isRecord(properties)) {
    return `.Properties: must be an object, not ${kindOf(properties)}`;
  }
  const condition = own(raw, 'Condition');
  if (condition !== undefined && typeof condition !== 'string') {
    return `.Condition: must be the name of a condition, not ${kindOf(condition)}`;
  }
  return undefined;
}

function toResource(raw: Record<string, unknown>): RawResource {
  const properties = own(raw, 'Properties');
  return {
    type: own(raw, 'Type') as string,
    properties: isRecord(properties) ? properties : {},
    condition: own(raw, 'Condition') as string | undefined,
    deletionPolicy: own(raw, 'DeletionPolicy'),
    updateReplacePolicy: own(raw, 'UpdateReplacePolicy'),
  };
}

function transformsOf(value: unknown): string[] {
  const listed = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return listed.map((each) => (typeof each === 'string' ? each : 'a macro'));
}

function refuse(problems: readonly string[]): DocumentResult {
  return { ok: false, problems };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
