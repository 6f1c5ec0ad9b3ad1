import type { TemplateDocument } from './document';
import type { Value } from './value';

/** What intrinsic functions read of their template. */
export interface Lookup {
  readonly document: TemplateDocument;
  resolve(raw: unknown): Value;
  /** True, false, or undefined when the template alone doesn't decide it. */
  condition(name: string): boolean | undefined;
  reference(id: string): Value;
  attribute(id: string, attribute: string): Value;
}
