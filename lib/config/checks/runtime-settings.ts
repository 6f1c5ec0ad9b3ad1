import type { Problem, Runtime } from '../model';
import type { ParsedAgent } from '../parsed';
import { providerOf } from '../provider';
import { isWritten, problemAt } from '../source/source';

/** Checks the settings that only some runtimes need or use. */
export function runtimeSettings(agent: ParsedAgent): Problem[] {
  const { runtime } = agent.settings;
  if (runtime === undefined) return [];
  return [...(runtime === 'custom' ? ofCustom(agent) : ofKit(agent, runtime)), ...model(agent, runtime)];
}

function ofKit(agent: ParsedAgent, runtime: Runtime): Problem[] {
  const message = `has no effect with the runtime ${runtime}`;
  return has(agent, 'custom')
    ? [problem(agent, 'custom', message, 'remove it, or write runtime: custom')]
    : [];
}

/** `custom` is the only runtime whose skills and transcripts the kit can't find. */
function ofCustom(agent: ParsedAgent): Problem[] {
  const fix = 'add custom: { command: …, install: … }: what starts the agent, and what installs it';
  return [
    ...(has(agent, 'custom') ? [] : [problem(agent, 'custom', 'is missing', fix)]),
    ...['skills', 'transcripts']
      .filter((name) => has(agent, name))
      .map((name) => {
        const message = `has no effect with the runtime custom: the kit doesn't know where its ${name} are`;
        return problem(agent, name, message, 'remove it');
      }),
  ];
}

function model(agent: ParsedAgent, runtime: Runtime): Problem[] {
  const used = providerOf({ runtime, egress: agent.rules });
  if (used?.provider.needsModel && !has(agent, 'model')) {
    const message = `is missing: ${runtime} has no default for ${used.preset}`;
    return [problem(agent, 'model', message, `add model: the id of one, as ${used.preset} calls it`)];
  }
  const id = agent.settings.model;
  const paths = agent.rules.filter(({ preset }) => preset === 'bedrock').flatMap((rule) => rule.paths);
  if (used?.preset !== 'bedrock' || id === undefined || paths.includes(`/model/${id}/invoke`)) return [];
  const message = "is none of the models that the agent's bedrock preset names";
  return [problem(agent, 'model', message, 'name it there too, under with: models or inferenceProfiles')];
}

function has({ source }: ParsedAgent, setting: string): boolean {
  return isWritten({ source, path: [setting] });
}

function problem({ source }: ParsedAgent, setting: string, message: string, fix: string): Problem {
  return problemAt({ source, path: [setting] }, { message, fix });
}
