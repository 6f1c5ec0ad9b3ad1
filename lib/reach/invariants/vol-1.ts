import { TAG_AGENT } from '../../../constructs/names';
import type { Machine, Network } from '../network/model';
import type { Violation } from '../report';
import type { Resource, Template } from '../template/template';
import { booleanOf, field, type Value } from '../template/value';
import type { Context, Invariant } from './context';

/** Every volume, log group and topic is encrypted with a key of the stack; an agent's volumes with its own. */
export const vol1: Invariant = {
  id: 'VOL-1',
  check: (context) => {
    const machines = [...context.agentHosts, ...context.proxyBoxes];
    if (machines.length === 0) return [];
    return [...machines.flatMap((machine) => volumesOf(context.network, machine)), ...sharedOf(context)];
  },
};

function volumesOf({ template }: Network, machine: Machine): Violation[] {
  const found: Violation[] = [];
  const devices = machine.blockDevices
    .map((device) => field(device, 'Ebs'))
    .filter((ebs) => ebs !== undefined);
  if (devices.length === 0) {
    found.push(
      violation(
        machine.id,
        `the template doesn't encrypt the root volume of ${machine.id}`,
        'add a BlockDeviceMappings entry with Encrypted and KmsKeyId',
      ),
    );
  }
  for (const ebs of devices) {
    found.push(
      ...check(
        template,
        machine.id,
        machine.agent,
        `a volume of ${machine.id}`,
        field(ebs, 'Encrypted'),
        field(ebs, 'KmsKeyId'),
      ),
    );
  }
  for (const id of machine.volumes) {
    const volume = template.find(id);
    if (volume?.type !== 'AWS::EC2::Volume') continue;
    found.push(...check(template, id, machine.agent, id, volume.get('Encrypted'), volume.get('KmsKeyId')));
  }
  return found;
}

function sharedOf({ network }: Context): Violation[] {
  const { template } = network;
  const all = [
    ...template
      .ofType('AWS::Logs::LogGroup')
      .map((resource) => ({ resource, key: resource.get('KmsKeyId') })),
    ...template
      .ofType('AWS::SNS::Topic')
      .map((resource) => ({ resource, key: resource.get('KmsMasterKeyId') })),
    ...template.ofType('AWS::EC2::Volume').map((resource) => ({ resource, key: resource.get('KmsKeyId') })),
  ];
  return all.flatMap(({ resource, key }) =>
    check(template, resource.id, resource.tag(TAG_AGENT), resource.id, true, key),
  );
}

function check(
  template: Template,
  resource: string,
  agent: string | undefined,
  what: string,
  encrypted: Value,
  keyId: Value,
): Violation[] {
  if (booleanOf(encrypted) !== true)
    return [violation(resource, `${what} is not encrypted`, 'set Encrypted to true')];
  const key = keyOf(template, keyId);
  if (key === undefined) {
    return [
      violation(
        resource,
        `${what} is not encrypted with a key of this stack`,
        'name the KMS key of its agent or of the stack',
      ),
    ];
  }
  const owner = key.tag(TAG_AGENT);
  if (agent === undefined || owner === undefined || owner === agent) return [];
  return [
    violation(
      resource,
      `${what} of agent ${agent} is encrypted with the key of agent ${owner}`,
      `use the key of ${agent}`,
    ),
  ];
}

function keyOf(template: Template, value: Value): Resource | undefined {
  const alias = template.referred(value, 'AWS::KMS::Alias');
  return template.referred(alias?.get('TargetKeyId') ?? value, 'AWS::KMS::Key');
}

function violation(resource: string, message: string, fix: string): Violation {
  return { invariant: 'VOL-1', resource, message, fix };
}
