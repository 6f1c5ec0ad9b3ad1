import type { z } from 'zod';
import { check } from './checks/checks';
import { fileNames } from './checks/file-names';
import { pinnedZone } from './checks/pinned-zone';
import type { ConfigFiles } from './config-files';
import type { Draft } from './draft/draft';
import { draftAgent } from './draft/draft-agent';
import { draftAirlock } from './draft/draft-airlock';
import { finish } from './finish';
import { inOrder } from './in-order';
import { readLocks } from './locks';
import type { Airlock, Problem } from './model';
import { loadPreset } from './presets/load-preset';
import { agentSchema } from './schema/agent-schema';
import { airlockSchema } from './schema/airlock-schema';
import { schemaProblems } from './schema/schema-problems';
import type { Source } from './source/source';
import { warningsOf } from './warnings';

export type Loaded =
  | { readonly ok: true; readonly airlock: Airlock; readonly warnings: Problem[] }
  | { readonly ok: false; readonly problems: Problem[] };

/** From files to the model, or to everything that is wrong with them. Reads nothing itself. */
export function assemble(files: ConfigFiles, now = new Date()): Loaded {
  const problems: Problem[] = [...files.problems];
  if (files.airlock) {
    problems.push(...schemaFindings(airlockSchema, files.airlock, problems));
  }
  const presets = new Map(files.presetNames.map((name) => [name, 'broken' as ReturnType<typeof loadPreset>]));
  for (const source of files.presets) {
    presets.set(fileStem(source.file), loadPreset(source, problems));
  }
  const airlock = draftAirlock(files.airlock);
  const agents = files.agents.map((source) => {
    problems.push(...schemaFindings(agentSchema, source, problems));
    return draftAgent(source, airlock, presets, problems);
  });
  const draft: Draft = { ...airlock, agents };
  problems.push(...fileNames([...files.agents, ...files.presets]), ...check(draft));
  const locks = readLocks(files, problems);
  problems.push(...pinnedZone(files, locks.zones));
  if (problems.length > 0 || files.airlock === undefined) {
    return { ok: false, problems: inOrder(problems) };
  }
  const result = finish(files.airlock, draft, locks);
  return { ok: true, airlock: result, warnings: warningsOf(result, files, now) };
}

/** What the schema finds, but for values that seem missing because reading them failed. */
function schemaFindings(schema: z.ZodType, source: Source, known: readonly Problem[]): Problem[] {
  return schemaProblems(schema, source).filter(
    ({ file, path, message }) =>
      message !== 'is missing' || !known.some((problem) => problem.file === file && problem.path === path),
  );
}

export function fileStem(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/\.yaml$/, '');
}
