import type { Resource } from '../../reach/template/template';
import { field, isFields, textOf } from '../../reach/template/value';

const TAG_PROPERTIES = ['Tags', 'ResourceTags', 'BackupVaultTags', 'BackupPlanTags'];

/** A tag of a resource, whichever of CloudFormation's ways to write tags its type has. */
export function tagOf(resource: Resource, key: string): string | undefined {
  for (const property of TAG_PROPERTIES.filter((name) => Object.hasOwn(resource.raw.properties, name))) {
    const tags = resource.get(property);
    const value = isFields(tags)
      ? textOf(field(tags, key))
      : property === 'Tags'
        ? resource.tag(key)
        : undefined;
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
}
