import type { BoxManifest } from '../../../constructs/proxy/box-manifest';
import type { Resource } from '../../reach/template/template';
import { textOf } from '../../reach/template/value';

export type Manifest = BoxManifest;

/** The box parameter's text as warden will read it; undefined when it isn't one. */
export function readManifest(box: Resource): Manifest | undefined {
  const text = textOf(box.get('Value'));
  if (text === undefined) {
    return undefined;
  }
  try {
    const manifest = JSON.parse(text) as Partial<Manifest> | null;
    const names = manifest?.policy?.parameters;
    return Array.isArray(names) && names.every((name) => typeof name === 'string')
      ? (manifest as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
}
