import { EVERY_PORT, EVERY_PROTOCOL } from '../address/protocol';
import type { Resource, Template } from '../template/template';
import {
  alternatives,
  describe,
  isFields,
  isUnknown,
  items,
  Reference,
  textOf,
  type Value,
} from '../template/value';
import type { Group, Rule } from './model';
import { ANYWHERE } from './prefix-lists';
import { type RuleFields, readRule } from './security-group-rules';

type Direction = 'egress' | 'ingress';

/** Security groups of the template, each VPC's default group, and placeholders for groups that the template only names. */
export class SecurityGroups {
  private readonly groups = new Map<string, Group>();
  private unnamed = 0;

  constructor(private readonly template: Template) {}

  /** The groups of an interface. `undefined` means the VPC's default group (`vpc` is its logical id). */
  of(value: Value, vpc: string): Group[] {
    const listed = items(value);
    const undecided = alternatives(value).some((each) => each === undefined);
    const found = listed.map((each) => this.group(each));
    return found.length === 0 || undecided ? [...found, this.byKey(`${vpc}.DefaultSecurityGroup`)] : found;
  }

  /** The key under which a rule or an interface names a group. */
  keyOf(value: Value): string {
    if (value instanceof Reference) {
      const resource = this.template.find(value.id);
      if (value.attribute === 'DefaultSecurityGroup') return `${value.id}.DefaultSecurityGroup`;
      return resource?.type === 'AWS::EC2::SecurityGroup'
        ? value.id
        : `outside:${value.placeholder.slice(2, -1)}`;
    }
    if (isUnknown(value) && value.source === undefined) {
      this.unnamed += 1;
      return `outside:unknown-${this.unnamed}`;
    }
    const name = isUnknown(value) ? (value.source as string).replace(':', ' ') : describe(value);
    return this.byName(name)?.id ?? `outside:${name}`;
  }

  private byName(name: string): Resource | undefined {
    return this.template
      .ofType('AWS::EC2::SecurityGroup')
      .find((group) => textOf(group.get('GroupName')) === name);
  }

  private group(value: Value): Group {
    return this.byKey(this.keyOf(value));
  }

  byKey(key: string): Group {
    const group = this.groups.get(key) ?? this.read(key);
    this.groups.set(key, group);
    return group;
  }

  private read(key: string): Group {
    if (key.startsWith('outside:')) return outsideGroup(key);
    const isDefault = key.endsWith('.DefaultSecurityGroup');
    const resource = isDefault ? undefined : this.template.find(key);
    return {
      key,
      outside: false,
      isDefault,
      egress: [...this.inline(resource, key, 'egress'), ...this.separate(key, 'egress')],
      ingress: [...this.inline(resource, key, 'ingress'), ...this.separate(key, 'ingress')],
    };
  }

  private inline(resource: Resource | undefined, key: string, direction: Direction): Rule[] {
    if (resource === undefined) return this.defaultRules(key, direction);
    const property = direction === 'egress' ? 'SecurityGroupEgress' : 'SecurityGroupIngress';
    const value = resource.get(property);
    const rules = items(value).flatMap((each) => {
      const fields: RuleFields = (name) =>
        isFields(each) && Object.hasOwn(each, name) ? each[name] : undefined;
      return isFields(each)
        ? readRule((value) => this.keyOf(value), this.template, resource, key, direction, fields)
        : [unknownRule(key, direction, describe(each))];
    });
    if (direction === 'ingress') return rules;
    return this.hasDefaultEgress(value, key) ? [...rules, defaultEgress(key)] : rules;
  }

  /**
   * A group without an egress rule gets Amazon's own, which allows everything out (CloudFormation reference,
   * AWS::EC2::SecurityGroup). A separate egress rule replaces that one, an empty inline list doesn't.
   */
  private hasDefaultEgress(value: Value, key: string): boolean {
    const mayBeEmpty = alternatives(value).some(
      (each) => each === undefined || each === null || (Array.isArray(each) && each.length === 0),
    );
    const replaced = this.ruleResources(key, 'egress').some((resource) => resource.certain);
    return mayBeEmpty && !replaced;
  }

  private defaultRules(key: string, direction: Direction): Rule[] {
    // CDK's custom resource revokes both rules of a VPC's default group.
    const vpc = key.slice(0, -'.DefaultSecurityGroup'.length);
    const emptied = this.template.ofType('Custom::VpcRestrictDefaultSG').some((resource) => {
      const group = resource.get('DefaultSecurityGroupId');
      return (
        resource.certain && group instanceof Reference && this.keyOf(group) === `${vpc}.DefaultSecurityGroup`
      );
    });
    if (emptied) return [];
    if (direction === 'egress') return [defaultEgress(key)];
    const control = {
      kind: 'security-group',
      id: key,
      rule: 'ingress all from itself (default group)',
    } as const;
    return [
      { control, protocols: EVERY_PROTOCOL, ports: EVERY_PORT, peer: { kind: 'group', key }, peerText: key },
    ];
  }

  private separate(key: string, direction: Direction): Rule[] {
    return this.ruleResources(key, direction).flatMap((resource) =>
      readRule(
        (value) => this.keyOf(value),
        this.template,
        resource,
        key,
        direction,
        (name) => resource.get(name),
      ),
    );
  }

  private ruleResources(key: string, direction: Direction): Resource[] {
    const type = direction === 'egress' ? 'AWS::EC2::SecurityGroupEgress' : 'AWS::EC2::SecurityGroupIngress';
    return this.template.ofType(type).filter((resource) => {
      const groups = alternatives(resource.get('GroupId') ?? resource.get('GroupName'));
      return groups.some((value) => !isUnknown(value) && this.keyOf(value) === key);
    });
  }
}

function defaultEgress(key: string): Rule {
  const control = {
    kind: 'security-group',
    id: key,
    rule: 'egress all to anywhere (default: none written)',
  } as const;
  const peer = { kind: 'ranges', ...ANYWHERE, known: true } as const;
  return { control, protocols: EVERY_PROTOCOL, ports: EVERY_PORT, peer, peerText: 'anywhere' };
}

function unknownRule(key: string, direction: Direction, what: string): Rule {
  const control = { kind: 'security-group', id: key, rule: `${direction} all, anywhere: ${what}` } as const;
  return {
    control,
    protocols: EVERY_PROTOCOL,
    ports: EVERY_PORT,
    peer: { kind: 'ranges', ...ANYWHERE },
    peerText: what,
  };
}

function outsideGroup(key: string): Group {
  const name = key.slice('outside:'.length);
  return {
    key,
    outside: true,
    isDefault: false,
    egress: [unknownRule(name, 'egress', 'the group is not in the template')],
    ingress: [unknownRule(name, 'ingress', 'the group is not in the template')],
  };
}
