import { fieldOf, type Json } from '../../json';
import { parseDocuments } from '../../policy/document/yaml';
import type { Resource, Template } from '../../reach/template/template';
import { textOf } from '../../reach/template/value';
import { named } from './lookup';
import type { Manifest } from './manifest';

/** The policy bundle that a box's manifest names, read back from the template. */
export interface Policy {
  /** Its parameters in order; one that the template doesn't have is missing. */
  readonly parameters: readonly Resource[];
  readonly missing: readonly string[];
  /** All parts joined; undefined when a part is no literal text. */
  readonly text?: string;
  readonly documents?: ReturnType<typeof parseDocuments>;
  /** Document 1, iron-proxy's configuration. */
  readonly proxy: Json;
  /** Document 2, below `airlock`. */
  readonly warden: Json;
  /** Document 3, below `gate`. */
  readonly gate: Json;
  /** Why the text couldn't be read as three YAML documents. */
  readonly problem?: string;
}

export function readPolicy(template: Template, manifest: Manifest): Policy {
  const found = manifest.policy.parameters.map((name) =>
    named(template, 'AWS::SSM::Parameter', 'Name', name),
  );
  const parameters = found.filter((resource) => resource !== undefined);
  const missing = manifest.policy.parameters.filter((_, index) => found[index] === undefined);
  const texts = parameters.map((parameter) => textOf(parameter.get('Value')));
  const nothing = { parameters, missing, proxy: undefined, warden: undefined, gate: undefined };
  if (texts.includes(undefined)) {
    return { ...nothing, problem: 'a part of the policy is not a literal text' };
  }
  // The rest may still be three documents, which say nothing about the whole.
  if (missing.length > 0) return { ...nothing, problem: 'a part of the policy is missing' };
  const text = texts.join('');
  const documents = parseDocuments(text);
  if (typeof documents === 'string') return { ...nothing, text, documents, problem: documents };
  const [proxy, warden, gate] = documents;
  return {
    ...nothing,
    text,
    documents,
    proxy,
    warden: fieldOf(warden, 'airlock'),
    gate: fieldOf(gate, 'gate'),
  };
}
