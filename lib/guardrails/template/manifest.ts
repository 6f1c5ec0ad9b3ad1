import type { BoxManifest } from '../../../constructs/proxy/box-manifest';
import { jsonIn } from '../../json';
import type { Resource } from '../../reach/template/template';
import { textOf } from '../../reach/template/value';

export type Manifest = BoxManifest;

/** The box parameter's text as warden will read it; undefined when it isn't one. */
export function readManifest(box: Resource): Manifest | undefined {
  const manifest = jsonIn(textOf(box.get('Value'))) as Partial<Manifest> | null | undefined;
  const names = manifest?.policy?.parameters;
  return Array.isArray(names) && names.every((name) => typeof name === 'string')
    ? (manifest as Manifest)
    : undefined;
}
