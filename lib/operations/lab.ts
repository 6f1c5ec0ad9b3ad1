import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ATTEMPTS, CONTROLS } from '../lab/attempts';
import { planLab } from '../lab/network/read';
import type { LabReport } from '../lab/report/report';
import { sceneOf } from '../lab/scene';
import type { PlainTemplate } from '../lab/weakened/edits';
import { parseTemplate } from '../reach';
import { isObject } from '../reach/template/document';
import { takeLock } from './lab/lock';
import { janitor } from './lab/network';
import { findTools } from './lab/requirements';
import { type Progress, runLab } from './lab/run';

export type { Progress } from './lab/run';

export type LabResult =
  | { readonly reason: 'played'; readonly report: LabReport }
  /** The template holds what the lab doesn't build; each by name. */
  | { readonly reason: 'refused'; readonly problems: readonly string[] }
  /** Something is missing, busy or unreadable. */
  | { readonly reason: 'unready'; readonly message: string };

export interface LabOptions {
  /** Path of a template. */
  readonly template: string;
  /** Id of an attempt or of a group of them (`A`, `A01`). @default every attempt */
  readonly only?: string;
  /** Path of the Node.js that runs this: named in the report. */
  readonly node: string;
  readonly now: () => Date;
}

/** Builds a template's network in namespaces, attacks it, attacks weakened ones, and takes everything down again. */
export async function lab(options: LabOptions, progress: Progress): Promise<LabResult> {
  const attempts = ATTEMPTS.filter(({ id }) => id.startsWith(options.only ?? ''));
  if (attempts.length === 0) {
    const groups = [...new Set(ATTEMPTS.map(({ id }) => id[0]))].join(', ');
    return {
      reason: 'unready',
      message: `no attempt "${options.only}": groups are ${groups}, attempts such as ${ATTEMPTS[0]?.id}`,
    };
  }
  const found = findTools(options.node);
  if (!found.ok) return { reason: 'unready', message: found.message };
  const read = readTemplate(options.template);
  if (!read.ok) return { reason: 'unready', message: read.message };
  const planned = planLab(read.template);
  if (!planned.ok) return { reason: 'refused', problems: planned.problems };
  const scene = sceneOf(planned.plan);
  if (scene === undefined) {
    return {
      reason: 'refused',
      problems: ["no agent host with its proxy box: the lab attacks from this kit's cells, by their tags"],
    };
  }
  const lock = takeLock();
  if (!lock.ok) return { reason: 'unready', message: lock.message };
  const cleaner = janitor(lock.run);
  try {
    const report = await runLab(
      {
        run: lock.run,
        now: options.now,
        file: options.template,
        template: read.template,
        sha256: read.sha256,
        scene,
        attempts,
        controls: CONTROLS,
        tools: found.tools,
      },
      progress,
    );
    return { reason: 'played', report };
  } catch (error) {
    return { reason: 'unready', message: error instanceof Error ? error.message : String(error) };
  } finally {
    progress.end();
    await cleaner.done();
  }
}

type Read =
  | { readonly ok: true; readonly template: PlainTemplate; readonly sha256: string }
  | { readonly ok: false; readonly message: string };

function readTemplate(file: string): Read {
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
  if (!isObject(parsed.template) || !isObject(parsed.template.Resources)) {
    return { ok: false, message: `template ${file}: not a CloudFormation template with "Resources"` };
  }
  return {
    ok: true,
    template: parsed.template as unknown as PlainTemplate,
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
