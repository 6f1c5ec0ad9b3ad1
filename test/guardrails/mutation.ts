import { createHash } from 'node:crypto';
import { PARAMETER_LIMIT } from '../../constructs/names';
import { splitAtLines } from '../../constructs/proxy/policy-parameters';
import type { StackTemplate, TemplateResource } from '../stack/synthesise';
import { shippedId } from '../support/broken';

/** One way to break the shipped template, and the laws it breaks. */
export interface Mutation {
  readonly breaks: string;
  readonly fires: readonly string[];
  readonly edit: (template: Draft) => void;
}

/** A template to be broken. */
export class Draft {
  constructor(readonly template: StackTemplate) {}

  /** The one resource whose logical id begins like this: ids are made of the construct's path. */
  get(prefix: string): TemplateResource {
    return this.template.Resources[this.id(prefix)] as TemplateResource;
  }

  id(prefix: string): string {
    const id = shippedId(this.template, prefix);
    if (!(id in this.template.Resources)) throw new Error(`no resource is called ${prefix}`);
    return id;
  }

  add(id: string, type: string, properties: Record<string, unknown>): void {
    this.template.Resources[id] = { Type: type, Properties: properties };
  }

  remove(prefix: string): void {
    delete this.template.Resources[this.id(prefix)];
  }

  /** Edits an agent's policy text, and tells its box the new digest, as the compiler would. */
  policy(agent: string, edit: (text: string) => string): void {
    const parts = Object.keys(this.template.Resources)
      .filter((id) => new RegExp(`^${agent}ProxyPolicyPart\\d`).test(id))
      .sort()
      .map((id) => this.template.Resources[id] as TemplateResource);
    const before = parts.map(({ Properties }) => Properties.Value).join('');
    const after = edit(before);
    if (after === before) {
      throw new Error(`the edit changes nothing in the policy of ${agent}`);
    }
    const texts = splitAtLines(after, PARAMETER_LIMIT);
    expect(texts).toHaveLength(parts.length);
    for (const [index, part] of parts.entries()) {
      part.Properties.Value = texts[index];
    }
    const box = this.get(`${agent}ProxyBox`);
    box.Properties.Value = JSON.parse(
      JSON.stringify(box.Properties.Value).replace(digest(before), digest(after)),
    );
  }

  /** The statements of a policy. */
  statements(prefix: string): Record<string, unknown>[] {
    return this.get(prefix).Properties.PolicyDocument.Statement;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
