import { STATE_ATTACHMENT_TYPE } from '../../../constructs/names';
import type { Resource, Template } from '../template/template';
import { field, items, Reference, textOf } from '../template/value';

/** Resource types that put a volume on an instance, both by reference. */
const ATTACHING = ['AWS::EC2::VolumeAttachment', STATE_ATTACHMENT_TYPE];

/** The id of a volume that stands in no template. */
const OUTSIDE = /^vol-[0-9a-f]+$/;

/** Volumes that a template surely gives a machine, whichever way it does so: logical ids, and ids of its outside. */
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

/** Why what a resource attaches isn't seen. */
export function outsideVolume(resource: Resource): string | undefined {
  const id = ATTACHING.includes(resource.type) ? textOf(resource.get('VolumeId')) : undefined;
  return id !== undefined && isOutside(id)
    ? `volume ${id} stands in no template: its key, its size and what was done to it are not seen here ` +
        '(`airlock preflight --live` looks at it)'
    : undefined;
}
