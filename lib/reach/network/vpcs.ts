import { type AddressRange, parseCidr } from '../../../constructs/address/cidr';
import type { Resource, Template } from '../template/template';
import { booleanOf, describe, isUnknown, textOf, type Value } from '../template/value';
import type { Vpc } from './model';

/** The kit's check of an existing VPC. */
export const EXISTING_VPC = 'Custom::AirlockVpc';

/** VPCs of the template, and placeholders for those that it only names. */
export class Vpcs {
  readonly known: readonly Vpc[];
  private readonly outside = new Map<string, Vpc>();

  constructor(private readonly template: Template) {
    this.known = [
      ...template.ofType('AWS::EC2::VPC').map((resource) => this.read(resource)),
      ...template.ofType(EXISTING_VPC).flatMap((resource) => this.readExisting(resource)),
    ];
  }

  of(value: Value): Vpc {
    const resource = this.template.referred(value, 'AWS::EC2::VPC');
    const known = this.known.find((vpc) => vpc.resource === resource && resource !== undefined);
    if (known !== undefined) return known;
    const existing = this.known.find((vpc) => vpc.existing !== undefined && vpc.existing === textOf(value));
    if (existing !== undefined) return existing;
    const source = isUnknown(value) ? value.reason : describe(value);
    return this.standIn(value === undefined ? 'the default VPC' : `an unknown VPC (${source})`);
  }

  /** A VPC outside the template is assumed to answer DNS; its blocks are unknown. */
  standIn(id: string): Vpc {
    const vpc = this.outside.get(id) ?? { id, blocks: [], blocksKnown: false, dnsSupport: true };
    this.outside.set(id, vpc);
    return vpc;
  }

  /** The deployment continues only if the VPC has these properties and is empty. */
  private readExisting(resource: Resource): Vpc[] {
    const existing = textOf(resource.get('VpcId'));
    const block = parseCidr(textOf(resource.get('CidrBlock')) ?? '');
    if (existing === undefined || block?.family !== 4 || !resource.certain) return [];
    const dnsSupport = booleanOf(resource.get('EnableDnsSupport')) ?? true;
    return [{ id: existing, existing, resource, blocks: [block], blocksKnown: true, dnsSupport }];
  }

  private read(resource: Resource): Vpc {
    const main = resource.get('CidrBlock');
    const further = this.template
      .ofType('AWS::EC2::VPCCidrBlock')
      .filter((block) => this.template.referred(block.get('VpcId'), 'AWS::EC2::VPC') === resource);
    const texts = [main, ...further.map((block) => block.get('CidrBlock'))].filter(
      (value) => value !== undefined,
    );
    const blocks = texts
      .map((value) => parseCidr(textOf(value) ?? ''))
      .filter((range): range is AddressRange => range?.family === 4);
    const blocksKnown = blocks.length === texts.length && blocks.length > 0;
    if (!blocksKnown) this.template.assume(resource, 'CidrBlock', main, 'any address');
    const dns = resource.get('EnableDnsSupport');
    const dnsSupport = booleanOf(dns) ?? true;
    if (dns !== undefined && booleanOf(dns) === undefined) {
      this.template.assume(resource, 'EnableDnsSupport', dns, 'true');
    }
    return { id: resource.id, resource, blocks, blocksKnown, dnsSupport };
  }
}
