import { own } from '../../json';
import type { RawResource } from './document';
import type { Lookup } from './lookup';
import { isUnknown, textOf, type Value } from './value';

/** Attributes that repeat a property of their resource. */
const REPEATED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::EC2::VPC': { CidrBlock: 'CidrBlock' },
  'AWS::EC2::Subnet': { CidrBlock: 'CidrBlock', VpcId: 'VpcId', AvailabilityZone: 'AvailabilityZone' },
  'AWS::EC2::SecurityGroup': { VpcId: 'VpcId' },
};

/** What `Fn::GetAtt` gives, where the template itself says so; undefined leaves it a reference. */
export function knownAttribute(resource: RawResource, attribute: string, lookup: Lookup): Value {
  const attributes = REPEATED[resource.type];
  const property =
    attributes !== undefined && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (property === undefined) return undefined;
  const value = lookup.resolve(own(resource.properties, property));
  return textOf(value) !== undefined || isUnknown(value) ? value : undefined;
}
