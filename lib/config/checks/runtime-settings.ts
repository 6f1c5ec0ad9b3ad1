import { RUNTIMES } from '../../../constructs/agent-host/runtimes';
import { providerOf } from '../../runtimes/provider';
import type { DraftAgent } from '../draft/draft';
import type { Finding } from '../finding';
import { RUNTIMES as NAMES, type Problem } from '../model';
import { type Path, problemAt, valueAt } from '../source/source';

/** Settings that one runtime needs and another has no use for. */
export function runtimeSettings(agent: DraftAgent): Problem[] {
  const written = valueAt(agent.source.value, ['runtime']);
  const runtime = NAMES.find((name) => name === written);
  if (runtime === undefined) return [];
  const report = (path: Path, finding: Finding) => problemAt({ source: agent.source, path }, finding);
  const has = (name: string) => valueAt(agent.source.value, [name]) !== undefined;
  const problems: Problem[] = [];
  if (runtime === 'custom' && !has('custom')) {
    const fix = 'add custom: { command: …, install: … }: what starts the agent, and what installs it';
    problems.push(report(['custom'], { message: 'is missing', fix }));
  }
  if (runtime !== 'custom' && has('custom')) {
    const message = `has no effect with the runtime ${runtime}`;
    problems.push(report(['custom'], { message, fix: 'remove it, or write runtime: custom' }));
  }
  for (const name of ['skills', 'transcripts'] as const) {
    if (RUNTIMES[runtime][name].length === 0 && has(name)) {
      const message = `has no effect with the runtime ${runtime}: the kit doesn't know where its ${name} are`;
      problems.push(report([name], { message, fix: 'remove it' }));
    }
  }
  return [...problems, ...model(agent, runtime, report)];
}

type Report = (path: Path, finding: Finding) => Problem;

function model(agent: DraftAgent, runtime: (typeof NAMES)[number], report: Report): Problem[] {
  const used = providerOf({ runtime, egress: agent.rules.map((rule) => ({ risk: 'low', ...rule })) });
  const id = valueAt(agent.source.value, ['model']);
  if (used?.provider.needsModel && id === undefined) {
    const fix = `add model: the id of one, as ${used.preset} calls it`;
    return [report(['model'], { message: `is missing: ${runtime} has no default for ${used.preset}`, fix })];
  }
  const paths = agent.rules.filter(({ preset }) => preset === 'bedrock').flatMap((rule) => rule.paths);
  return used?.preset === 'bedrock' && typeof id === 'string' && !paths.includes(`/model/${id}/invoke`)
    ? [
        report(['model'], {
          message: "is none of the models that the agent's bedrock preset names",
          fix: 'name it there too, under with: models or inferenceProfiles',
        }),
      ]
    : [];
}
