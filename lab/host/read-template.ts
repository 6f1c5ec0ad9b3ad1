import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isRecord } from '../../lib/json';
import { parseTemplate } from '../../lib/reach';
import type { PlainTemplate } from '../network/weakened/edits';

export type TemplateRead =
  | { readonly ok: true; readonly template: PlainTemplate; readonly sha256: string }
  | { readonly ok: false; readonly message: string };

/** Reads a template, JSON or YAML, and its digest for reports. Never throws. */
export function readTemplate(file: string): TemplateRead {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return {
      ok: false,
      message: `template ${file} can't be read (${(error as NodeJS.ErrnoException).code}): run 'airlock synth' first`,
    };
  }
  const parsed = parseTemplate(text);
  if (!parsed.ok) return { ok: false, message: `template ${file}: not JSON and not YAML: ${parsed.message}` };
  if (!isRecord(parsed.template) || !isRecord(parsed.template.Resources)) {
    return { ok: false, message: `template ${file}: not a CloudFormation template with "Resources"` };
  }
  return {
    ok: true,
    template: parsed.template as unknown as PlainTemplate,
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
