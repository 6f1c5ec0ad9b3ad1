import { TAG_AGENT, TAG_PART } from '../../../constructs/names';
import type { MetadataReport } from '../report';
import type { Resource } from '../template/template';
import {
  alternatives,
  describe,
  field,
  integerOf,
  isFields,
  isUnknown,
  items,
  textOf,
  type Value,
} from '../template/value';
import { type InterfaceSource, readInterface } from './interfaces';
import { type MachineData, machineData } from './machine-data';
import type { Interface, Machine } from './model';
import type { Parts } from './parts';
import { volumesOf } from './volumes';

export const MACHINE_TYPES = ['AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup'] as const;

export function readMachine(parts: Parts, resource: Resource): Machine {
  const data = machineData(parts.template, resource);
  const profiles = data
    .map((each) => profileOf(each.get('IamInstanceProfile')))
    .filter((each) => each !== undefined);
  return {
    id: resource.id,
    resource,
    kind: resource.type === 'AWS::EC2::Instance' ? 'instance' : 'auto-scaling-group',
    part: resource.tag(TAG_PART),
    agent: resource.tag(TAG_AGENT),
    interfaces: data.flatMap((each) => interfacesOf(parts, resource, each)),
    profile: profiles[0],
    metadata: data.map((each) => metadataOf(each.get('MetadataOptions'))).reduce(weaker),
    volumes: volumesOf(parts.template, resource),
    blockDevices: data.flatMap((each) => items(each.get('BlockDeviceMappings'))),
  };
}

function interfacesOf(parts: Parts, resource: Resource, data: MachineData): Interface[] {
  const written = items(data.get('NetworkInterfaces')).filter((each) => !isUnknown(each));
  const attached = parts.template
    .ofType('AWS::EC2::NetworkInterfaceAttachment')
    .filter((each) => parts.template.referred(each.get('InstanceId'), 'AWS::EC2::Instance') === resource)
    .map((each): Value => ({ NetworkInterfaceId: each.get('NetworkInterfaceId') }));
  const sources: InterfaceSource[] = [...written, ...attached].map(
    (each) => (property) => field(each, property),
  );
  const primaryWritten = written.length > 0;
  if (!primaryWritten) sources.unshift((property) => plainInterface(data, property));
  const zones =
    resource.type === 'AWS::AutoScaling::AutoScalingGroup' ? resource.get('VPCZoneIdentifier') : undefined;
  return sources.flatMap((source) => readInterface(parts, resource, source, zones));
}

/** The one interface of a machine that lists none, from the machine's own properties. */
function plainInterface(data: MachineData, property: string): Value {
  if (property === 'NetworkInterfaceId') return undefined;
  if (property === 'GroupSet') return data.get('SecurityGroupIds') ?? data.get('SecurityGroups');
  if (property === 'AssociatePublicIpAddress') return data.get('AssociatePublicIpAddress');
  return data.get(property);
}

function profileOf(value: Value): string | undefined {
  const named = isFields(value) ? (field(value, 'Arn') ?? field(value, 'Name')) : value;
  const possible = alternatives(named).filter((each) => each !== undefined && each !== '');
  return possible.length === 0 ? undefined : describe(possible[0]);
}

function metadataOf(value: Value): MetadataReport {
  const hops = field(value, 'HttpPutResponseHopLimit');
  return {
    endpoint: textOf(field(value, 'HttpEndpoint')) !== 'disabled',
    tokensRequired: textOf(field(value, 'HttpTokens')) === 'required',
    hopLimit: integerOf(hops),
  };
}

function weaker(a: MetadataReport, b: MetadataReport): MetadataReport {
  const hops = [a.hopLimit, b.hopLimit];
  return {
    endpoint: a.endpoint || b.endpoint,
    tokensRequired: a.tokensRequired && b.tokensRequired,
    hopLimit: hops.includes(undefined) ? undefined : Math.max(...(hops as number[])),
  };
}
