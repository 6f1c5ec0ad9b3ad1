import { isRecord } from '../json';
import type { Agent, EgressRule, Problem, Secret } from './model';
import type { ParsedAgent, ParsedAirlock, ParsedRule, ParsedSecret } from './parsed';
import { type Presets, usePreset } from './presets/use-preset';
import { agentSchema } from './schema/agent-schema';
import { reader } from './schema/read';
import { parseSecrets } from './secrets';
import { type Source, valueAt } from './source/source';
import { onlyReads } from './values/http-method';

const readAgent = reader(agentSchema);

/** Parses an agent's file, and collects the rules and secrets of the presets that it names. */
export function parseAgent(
  source: Source,
  airlock: ParsedAirlock | undefined,
  presets: Presets,
): ParsedAgent {
  const reading = readAgent(source);
  const { egress } = reading.settings;
  const problems: Problem[] = [...reading.problems];
  const rules: ParsedRule[] = [];
  const brought: ParsedSecret[] = [];
  let complete = egress !== undefined;
  for (const [index, entry] of (egress ?? []).entries()) {
    const place = { source, path: ['egress', index] };
    if (entry === undefined) {
      complete &&= !isPreset(valueAt(source.value, place.path));
    } else if ('preset' in entry) {
      const used = usePreset(entry, place, presets, airlock, reading.settings.role);
      rules.push(...used.rules);
      brought.push(...used.secrets);
      problems.push(...used.problems);
      complete &&= used.complete;
    } else {
      rules.push({ ...entry, methods: entry.methods ?? [], paths: entry.paths ?? [], place });
    }
  }
  const secrets = parseSecrets(source, reading.settings, {
    stack: airlock?.settings.name,
    brought,
    complete,
  });
  problems.push(...secrets.problems);
  return {
    ...reading,
    source,
    rules,
    secrets: secrets.secrets,
    complete: complete && reading.settings.secrets !== undefined,
    problems,
  };
}

function isPreset(entry: unknown): boolean {
  return isRecord(entry) && 'preset' in entry;
}

/** The agent's model; undefined if its file is wrong or a secret lacks something. */
export function modelOf({ value, source, rules, secrets }: ParsedAgent): Agent | undefined {
  const whole = secrets.flatMap(wholeSecret);
  return value && whole.length === secrets.length
    ? { ...value, egress: rules.map(egressRule), secrets: whole, file: source.file }
    : undefined;
}

/** Other checks require `risk` of every rule that writes. */
function egressRule({ place: _place, kind: _kind, risk, ...rule }: ParsedRule): EgressRule {
  return { ...rule, risk: risk ?? (onlyReads(rule.methods) ? 'low' : 'high') };
}

function wholeSecret({ id, parameter, inject, ttlSeconds }: ParsedSecret): Secret[] {
  return parameter === undefined || inject === undefined ? [] : [{ id, parameter, inject, ttlSeconds }];
}
