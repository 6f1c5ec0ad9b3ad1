import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { IMAGES_TYPE, STATE_ATTACHMENT_TYPE, ZONE_TYPE } from '../../../constructs/names';
import type { Surroundings } from '../../../constructs/provider/function/custom-resource';
import { resources as providers } from '../../../constructs/provider/resources';
import { dependenciesOf, type StackTemplate, type TemplateResource } from '../synthesise';
import type { Account, Existing, Properties } from './account';

export type Outcome =
  | { readonly reason: 'updated'; readonly steps: number }
  | { readonly reason: 'rolled back'; readonly because: string };

export interface UpdateOptions {
  /** Fails once so many resources have been changed. @default it fails by itself or not at all */
  readonly failAfter?: number;
  /** In which order resources go that don't wait for each other. @default as in the template */
  readonly shuffle?: (ids: readonly string[]) => readonly string[];
}

/** One resource that an update has changed. */
interface Change {
  readonly logicalId: string;
  readonly id: string;
  /** What it was: absent for a new one. */
  readonly before?: { readonly id: string; readonly properties: Properties };
}

/**
 * One stack, changed as CloudFormation changes it: whatever is replaced is created first, in the order of dependencies;
 * the old ones go once everything else succeeded; after a failure what was updated is updated back, and what was new
 * goes ("Update behaviors of stack resources", "Update rollback"). Which property replaces is CloudFormation's own
 * table, asked about the values themselves.
 */
export class SimulatedStack {
  private template: StackTemplate = { Resources: {} };
  private readonly ids = new Map<string, string>();
  /** What the provider answered, by the id that this simulation has for a custom resource. */
  private readonly answers = new Map<string, { id: string; data: Properties }>();

  constructor(private readonly account: Account) {}

  id(logicalId: string): string {
    return this.ids.get(logicalId) ?? '';
  }

  async update(after: StackTemplate, { failAfter, shuffle }: UpdateOptions = {}): Promise<Outcome> {
    const before = this.template;
    const changes: Change[] = [];
    try {
      for (const logicalId of inOrder(after, shuffle)) {
        const isChanged = await this.change(logicalId, after, before, changes);
        if (isChanged && changes.length === failAfter) throw new Error('a failure that the test wants');
      }
    } catch (error) {
      await this.rollBack(changes, before, after);
      return { reason: 'rolled back', because: (error as Error).message };
    }
    this.template = after;
    this.cleanUp(changes, before, after);
    return { reason: 'updated', steps: changes.length };
  }

  private async change(
    logicalId: string,
    after: StackTemplate,
    before: StackTemplate,
    changes: Change[],
  ): Promise<boolean> {
    const { Type, Properties = {} } = after.Resources[logicalId] as TemplateResource;
    const properties = this.resolve(Properties, after) as Properties;
    const old = before.Resources[logicalId];
    const id = this.id(logicalId);
    const existing = this.account.existing.get(id);
    if (!old || !existing) {
      const made = this.account.create(Type, properties);
      changes.push({ logicalId, id: made });
      this.ids.set(logicalId, made);
      await this.provide(made, undefined);
      return true;
    }
    const impact = impactOf(Type, existing.properties, properties);
    if (impact === 'none') return false;
    const previous = { id, properties: existing.properties };
    const now = impact === 'update' ? id : this.account.create(Type, properties);
    // Also a change that fails is changed back.
    changes.push({ logicalId, id: now, before: previous });
    this.ids.set(logicalId, now);
    if (impact === 'update') await this.modify(id, properties);
    return true;
  }

  private async modify(id: string, properties: Properties): Promise<void> {
    const before = this.account.existing.get(id)?.properties;
    this.account.update(id, properties);
    await this.provide(id, before);
  }

  /** Runs the provider's own code. */
  private async provide(id: string, before: Properties | undefined): Promise<void> {
    const { type, properties } = this.account.existing.get(id) as Existing;
    const provider = providers.find((each) => each.type === type);
    if (!provider || !PROVIDED.includes(type)) return;
    const client = () => this.account.client;
    const surroundings = { ec2: client, ssm: client, now: () => new Date(), pause: async () => {} };
    const request = {
      properties: provider.read(properties),
      before: before && provider.read(before),
      physicalId: before && this.answers.get(id)?.id,
      owner: 'test',
      signal: AbortSignal.timeout(10_000),
    };
    const { physicalId = id, data = {} } = await provider.ensure(
      request,
      surroundings as unknown as Surroundings,
    );
    this.answers.set(id, { id: physicalId, data });
  }

  private cleanUp(changes: readonly Change[], before: StackTemplate, after: StackTemplate): void {
    for (const logicalId of inOrder(before).reverse()) {
      const { DeletionPolicy, UpdateReplacePolicy } = before.Resources[logicalId] as TemplateResource;
      const replaced = changes.find((change) => change.logicalId === logicalId && change.before);
      if (replaced?.before && replaced.before.id !== replaced.id) {
        if (!UpdateReplacePolicy?.startsWith('Retain')) this.account.delete(replaced.before.id);
      } else if (!after.Resources[logicalId]) {
        if (!DeletionPolicy?.startsWith('Retain')) this.account.delete(this.id(logicalId));
        this.ids.delete(logicalId);
      }
    }
  }

  private async rollBack(
    changes: readonly Change[],
    before: StackTemplate,
    after: StackTemplate,
  ): Promise<void> {
    for (const { logicalId, before: previous } of changes) {
      if (previous) this.ids.set(logicalId, previous.id);
      else this.ids.delete(logicalId);
    }
    for (const logicalId of inOrder(before)) {
      const change = changes.find((each) => each.logicalId === logicalId);
      if (change?.before?.id === change?.id && change?.before) {
        await this.modify(change.id, change.before.properties);
      }
    }
    for (const logicalId of inOrder(after).reverse()) {
      const change = changes.find((each) => each.logicalId === logicalId);
      if (change && change.before?.id !== change.id) this.account.delete(change.id);
    }
  }

  private resolve(value: unknown, template: StackTemplate): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, template));
    if (typeof value !== 'object' || value === null) return value;
    const {
      Ref,
      'Fn::GetAtt': attribute,
      'Fn::Select': select,
    } = value as {
      Ref?: string;
      'Fn::GetAtt'?: [string, string];
      'Fn::Select'?: [number, unknown];
    };
    const { Parameters: parameters = {} } = template;
    if (Ref && this.ids.has(Ref)) return this.id(Ref);
    if (Ref && String(parameters[Ref]?.Type).startsWith('AWS::SSM::Parameter::Value')) {
      return this.account.newest[String(parameters[Ref]?.Default)];
    }
    if ('Fn::GetAZs' in value) return this.account.zones;
    if (attribute) {
      const [id, name] = [this.id(attribute[0]), attribute[1]];
      return this.answers.get(id)?.data[name] ?? `${id}.${name}`;
    }
    if (select) return (this.resolve(select[1], template) as unknown[])[select[0]];
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.resolve(each, template)]),
    );
  }
}

/** Custom resources whose answers or deeds matter to what is replaced. */
const PROVIDED = [IMAGES_TYPE, STATE_ATTACHMENT_TYPE, ZONE_TYPE];

/** What CloudFormation does about a change of these values. */
function impactOf(Type: string, before: Properties, after: Properties): 'none' | 'update' | 'replace' {
  const template = (Properties: Properties) => ({ Resources: { It: { Type, Properties } } });
  const { resources } = fullDiff(template(before), template(after));
  const difference = resources.changes.It;
  if (!difference) return 'none';
  const impacts = Object.entries(difference.propertyUpdates).map(([property, { changeImpact }]) =>
    // The reference of `AWS::EC2::Instance`: one whose root volume is on EBS is stopped and started for these.
    changeImpact === ResourceImpact.MAY_REPLACE && ['UserData', 'InstanceType'].includes(property)
      ? ResourceImpact.WILL_UPDATE
      : changeImpact,
  );
  const replaces = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE] as (
    | ResourceImpact
    | undefined
  )[];
  return impacts.some((impact) => replaces.includes(impact)) ? 'replace' : 'update';
}

/** Whatever is referred to or waited for comes first. */
function inOrder(
  template: StackTemplate,
  shuffle: (ids: readonly string[]) => readonly string[] = (ids) => ids,
): string[] {
  const order: string[] = [];
  const visit = (id: string) => {
    if (order.includes(id)) return;
    for (const other of shuffle(dependenciesOf(template, id))) visit(other);
    order.push(id);
  };
  for (const id of shuffle(Object.keys(template.Resources))) visit(id);
  return order;
}
