import { refuse } from '../boot/setting';
import { RUNTIMES } from '.';
import { RUNTIME_NAMES, type RuntimeName } from './names';
import type { Environment, Mount, Runtime, RuntimeSettings, RuntimeSetup } from './runtime';
import { checkSettings } from './runtime-settings';

/** What the boot sets up for one runtime. */
export interface RuntimePlan extends RuntimeSetup {
  readonly name: RuntimeName;
  readonly definition: Runtime;
  /** Of /opt/agent/run. */
  readonly environment: Environment;
  /** Made by the unit of an agent without root. */
  readonly mounts: readonly Mount[];
  /** What a daily unit deletes when it is older than `transcriptDays`. @default there is no such unit */
  readonly transcripts?: { readonly globs: readonly string[]; readonly prune?: string };
  readonly npmMirror?: string;
  readonly pypiMirror?: string;
}

/** Days that transcripts are kept unless the agent's file says otherwise. */
const TRANSCRIPT_DAYS = 14;

/** @throws when a setting could be more than a value to a shell or a configuration file */
export function runtimePlan(name: RuntimeName, given: RuntimeSettings = {}): RuntimePlan {
  if (!RUNTIME_NAMES.includes(name)) refuse('runtime', name, `one of ${RUNTIME_NAMES.join(', ')}`);
  const definition: Runtime = RUNTIMES[name];
  const settings = checkSettings(given);
  const provider = own(definition.providers, settings.provider?.preset);
  const channels = (settings.channels ?? []).flatMap((channel) => own(definition.channels, channel) ?? []);
  const setup: RuntimeSetup = {
    provider: settings.provider,
    model: settings.model ?? provider?.model,
    channels,
    role: settings.role ?? 'reader',
    mcpServers: settings.mcpServers ?? [],
    skills: settings.skills ?? [],
    transcriptDays: settings.transcriptDays ?? TRANSCRIPT_DAYS,
    custom: settings.custom,
  };
  return {
    ...setup,
    name,
    definition,
    environment: Object.assign(
      {},
      provider?.environment(setup),
      ...channels.map(({ environment }) => environment),
      definition.environment?.(setup),
    ),
    mounts: definition.mounts ?? [],
    transcripts:
      definition.transcripts.length === 0
        ? undefined
        : { globs: definition.transcripts, prune: definition.prune?.(setup.transcriptDays) },
    npmMirror: settings.npmMirror,
    pypiMirror: settings.pypiMirror,
  };
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string | undefined): T | undefined {
  return record && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
