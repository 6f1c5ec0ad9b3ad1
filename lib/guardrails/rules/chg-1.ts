import type { Resource } from '../../reach/template/template';
import { field, isUnknown, items, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { leavesOf } from '../template/leaves';
import { refersTo } from '../template/lookup';
import type { StackTemplate } from '../template/stack-template';
import { chosenAnew, zoneOf } from './chosen-anew';

/**
 * Properties of an instance that CloudFormation changes by replacing it (`AWS::EC2::Instance`, "Update requires:
 * Replacement"). A machine of the kit needs none of them, and nobody can edit what isn't there. It does need `ImageId`,
 * `SubnetId` and `BlockDeviceMappings`, which only the settings that name the machine itself change.
 */
const REPLACING = [
  'AvailabilityZone',
  'CpuOptions',
  'ElasticGpuSpecifications',
  'ElasticInferenceAccelerators',
  'EnclaveOptions',
  'HibernationOptions',
  'HostResourceGroupArn',
  'Ipv6AddressCount',
  'Ipv6Addresses',
  'KeyName',
  'LaunchTemplate',
  'LicenseSpecifications',
  'NetworkInterfaces',
  'PlacementGroupName',
  'PrivateIpAddress',
  'SecurityGroups',
];

/** CDK's `userDataCausesReplacement` ends the logical id with a digest of the user data. */
const CONTENT_DIGEST = /[0-9a-f]{16}$/;

export const chg1: Rule = {
  id: 'CHG-1',
  law: 'no edit of the configuration replaces an agent host, its state volume or its proxy box',
  check: (stack) =>
    stack.cells.flatMap((cell) => [
      ...[...cell.hosts, ...cell.proxies].flatMap((machine) => ofMachine(stack, machine)),
      ...cell.proxies.flatMap((proxy) => ofBox(stack, cell, proxy)),
      ...cell.volumes.flatMap((volume) => ofVolume(stack, volume)),
      ...fleets(stack, cell),
    ]),
};

function ofMachine(stack: StackTemplate, machine: Resource): Finding[] {
  const present = REPLACING.filter((property) => machine.get(property) !== undefined).map((property) => ({
    resource: machine.id,
    message: `${property} replaces the machine when it changes`,
    fix: `leave ${property} out`,
  }));
  const subnet = machine.get('SubnetId');
  return [
    ...present,
    ...(machine.get('Volumes') === undefined
      ? []
      : [
          {
            resource: machine.id,
            message: 'Volumes names a volume that the replaced machine still holds, so a replacement fails',
            fix: 'attach the volume with StateAttachment',
          },
        ]),
    ...identity(machine),
    ...chosenAnew(stack.template, machine),
    ...(isUnknown(subnet) || stack.template.referred(subnet, 'AWS::EC2::Subnet') === undefined
      ? [
          {
            resource: machine.id,
            message:
              'SubnetId is not a subnet of this template, so a later deployment with another value replaces the machine',
            fix: 'place machines in the subnets of AirlockNetwork',
          },
        ]
      : []),
  ];
}

function identity({ id }: Resource): Finding[] {
  return CONTENT_DIGEST.test(id)
    ? [
        {
          resource: id,
          message: 'its logical id contains a digest of its content, so a change of content replaces it',
          fix: 'keep the id that its construct path gives',
        },
      ]
    : [];
}

/** The user data of a proxy box names its parameter, and must name nothing that changes. */
function ofBox(stack: StackTemplate, cell: Cell, proxy: Resource): Finding[] {
  const userData = leavesOf({ Resources: { [proxy.id]: proxy.raw.properties.UserData } });
  const ids = stack.template.document;
  const changing = userData.find(
    ({ text }) => /\b[0-9a-f]{40,}\b/.test(text) || ids.resources.has(text) || ids.parameters.has(text),
  );
  return changing === undefined
    ? []
    : [
        {
          resource: proxy.id,
          message: `the user data of "${cell.agent}"'s proxy box holds something that changes, so an edit would stop and start the box`,
          fix: 'put it into the box parameter',
        },
      ];
}

function ofVolume(stack: StackTemplate, volume: Resource): Finding[] {
  const attachments = stack.template
    .ofType('AWS::EC2::VolumeAttachment')
    .filter((attachment) => refersTo(attachment.get('VolumeId'), volume))
    .map((attachment) => ({
      resource: attachment.id,
      message:
        'every change of a VolumeAttachment replaces it, and CloudFormation creates the new one while the old one holds the volume',
      fix: 'attach it with StateAttachment',
    }));
  return [...attachments, ...identity(volume), ...zoneOf(volume)];
}

/** A group of machines replaces them by design. */
function fleets(stack: StackTemplate, cell: Cell): Finding[] {
  return stack.template
    .ofType('AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::SpotFleet', 'AWS::EC2::EC2Fleet')
    .filter((group) => items(group.get('Tags')).some((tag) => textOf(field(tag, 'Value')) === cell.agent))
    .map((group) => ({
      resource: group.id,
      message: `a ${group.type} replaces machines by itself`,
      fix: 'make both machines with AgentCell',
    }));
}
