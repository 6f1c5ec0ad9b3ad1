import { STATE_ATTACHMENT_TYPE } from '../../../constructs/names';
import type { Resource, Template } from '../template/template';
import { field, items, Reference } from '../template/value';

/** Resource types that put a volume on an instance, both by reference. */
const ATTACHING = ['AWS::EC2::VolumeAttachment', STATE_ATTACHMENT_TYPE];

/** Logical ids of the volumes that a template surely gives a machine, whichever way it does so. */
export function volumesOf(template: Template, machine: Resource): string[] {
  const attachments = template
    .ofType(...ATTACHING)
    .filter(({ certain }) => certain)
    .filter((each) => template.referred(each.get('InstanceId'), machine.type) === machine)
    .map((each) => each.get('VolumeId'));
  const own = items(machine.get('Volumes')).map((volume) => field(volume, 'VolumeId'));
  return [...own, ...attachments].flatMap((volume) => (volume instanceof Reference ? [volume.id] : []));
}
