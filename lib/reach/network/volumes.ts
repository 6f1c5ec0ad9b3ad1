import { STATE_ATTACHMENT_TYPE } from '../../../constructs/names';
import type { Resource, Template } from '../template/template';
import { field, items, Reference, textOf } from '../template/value';

/** Resource types that put a volume on an instance, both by reference. */
const ATTACHING = ['AWS::EC2::VolumeAttachment', STATE_ATTACHMENT_TYPE];

/** The id of a volume that no template makes. */
const OUTSIDE = /^vol-[0-9a-f]+$/;

/** Volumes that a template certainly gives a machine, in any way: logical ids, and ids of volumes outside it. */
export function volumesOf(template: Template, machine: Resource): string[] {
  const attachments = template
    .ofType(...ATTACHING)
    .filter(({ certain }) => certain)
    .filter((each) => template.referred(each.get('InstanceId'), machine.type) === machine)
    .map((each) => each.get('VolumeId'));
  const own = items(machine.get('Volumes')).map((volume) => field(volume, 'VolumeId'));
  return [...own, ...attachments].flatMap((volume) => {
    if (volume instanceof Reference) return [volume.id];
    const id = textOf(volume);
    return id !== undefined && isOutside(id) ? [id] : [];
  });
}

export function isOutside(volume: string): boolean {
  return OUTSIDE.test(volume);
}

/** Why the volume that a resource attaches isn't examined. */
export function outsideVolume(resource: Resource): string | undefined {
  const id = ATTACHING.includes(resource.type) ? textOf(resource.get('VolumeId')) : undefined;
  return id !== undefined && isOutside(id)
    ? `volume ${id} is in no template: its key, its size and its history are unknown here ` +
        '(`airlock preflight --live` looks at it)'
    : undefined;
}
