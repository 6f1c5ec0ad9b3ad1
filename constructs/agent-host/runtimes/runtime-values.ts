import { posix } from 'node:path';
import { render, type Values } from '../boot/machine-file';
import type { AgentUserDataProps } from '../user-data';
import { RUNTIMES } from '.';
import type { Runtime } from './runtime';
import { checkSettings } from './runtime-settings';

const HOME = '/var/lib/agent';

/** Days that transcripts are kept unless the agent's file says otherwise. */
export const TRANSCRIPT_DAYS = 14;

/**
 * What the boot files name of the runtime and its settings.
 *
 * @throws when a setting could be more than a value to a shell or a configuration file
 */
export function runtimeValues(props: AgentUserDataProps): Values {
  const runtime: Runtime | undefined = Object.hasOwn(RUNTIMES, props.runtime)
    ? RUNTIMES[props.runtime]
    : undefined;
  if (!runtime) {
    throw new Error(
      `agent host runtime: ${JSON.stringify(props.runtime)} cannot go into user data: write one of ${Object.keys(RUNTIMES).join(', ')}`,
    );
  }
  const settings = checkSettings(props.runtimeSettings ?? {});
  const provider = own(runtime.providers, settings.provider?.preset);
  const model = settings.model ?? provider?.model;
  const days = settings.transcriptDays ?? TRANSCRIPT_DAYS;
  const channels = (settings.channels ?? []).flatMap((name) => own(runtime.channels, name) ?? []);
  const held = Object.entries(runtime.held ?? {});
  const values: Values = {
    RUNTIME: [props.runtime, runtime.version].filter(Boolean).join('-'),
    NPM: settings.npmMirror ?? '',
    PYPI: settings.pypiMirror ?? '',
    SKILL_GLOBS: runtime.skills.join(' '),
    MODEL: model ?? '',
    REGION: settings.provider?.region ?? '',
    PROVIDER: settings.provider?.preset ?? '',
    DAYS: String(days),
    TRANSCRIPT_MINUTES: String(days * 24 * 60),
    TRANSCRIPTS: runtime.transcripts.map((glob) => `-path ./${glob}`).join(' -o '),
    HELD: held.map(([place]) => place).join(' '),
    HELD_DIRECTORIES: [...new Set(held.map(([place]) => `${HOME}/${posix.dirname(place)}`))].join(' '),
    HELD_MOUNTS: held.map(([place, path]) => `${path}:${HOME}/${place}`).join(' '),
    PRUNE: runtime.prune ? `ExecStart=/opt/agent/run ${render(runtime.prune, { DAYS: String(days) })}` : '',
    CHANNELS: channels.flatMap((channel) => channel.settings ?? []).join(','),
    ...runtime.values?.(settings),
  };
  const environment = [provider, ...channels].map((each) => each?.environment);
  return { ...values, ENVIRONMENT: exportLines(Object.assign({}, ...environment, runtime.environment)) };
}

/** Lines of shell; what they name is filled in with the file they stand in. */
function exportLines(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${/^[\w@./:-]*$/.test(value) ? value : `'${value}'`}\n`)
    .join('');
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string | undefined): T | undefined {
  return record && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
