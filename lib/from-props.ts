import type { AgentSettings } from './agent-settings';
import { assemble } from './config/assemble';
import { kitPresets } from './config/config-files';
import type { Airlock } from './config/model';
import { quote } from './config/quote';
import { plainSource } from './config/source/source';

/**
 * Takes the settings of an environment, and of one agent in it, through the checks of the configuration files, and
 * fills in what is left out: what a file may say and what it means by default is defined once, in the schema.
 *
 * @throws with everything that is wrong, a line each
 */
export function fromProps(environment: object, agent?: AgentSettings, pins: Pins = {}): Airlock {
  const { ironProxy, amazonLinux } = pins;
  const presets = agent?.egress.some((entry) => 'preset' in entry)
    ? kitPresets([])
    : { sources: [], names: [] };
  const loaded = assemble({
    airlock: plainSource(ENVIRONMENT, written(environment)),
    agents: agent ? [plainSource(agent.name, written(agent))] : [],
    presets: presets.sources,
    presetNames: presets.names,
    ...(ironProxy && { software: plainSource(ENVIRONMENT, written({ ironProxy })) }),
    ...(amazonLinux && {
      images: plainSource(ENVIRONMENT, written({ version: 1, images: [], amazonLinux })),
    }),
    missingLocks: [],
    problems: [],
  });
  if (loaded.ok) return loaded.airlock;
  const lines = loaded.problems.map(({ file, path, value, message, fix }) => {
    const setting = [file === ENVIRONMENT ? file : `agent ${quote(file)}`, path].filter(Boolean).join(' ');
    return `${setting}:${value === undefined ? '' : ` ${quote(value)}`} ${message}: ${fix}`;
  });
  throw new Error(lines.join('\n'));
}

/** What lock files pin, and props name. */
type Pins = Pick<Airlock, 'ironProxy' | 'amazonLinux'>;

const ENVIRONMENT = 'AirlockEnvironment';

/** A copy without properties that are undefined: a file has none. */
function written(settings: object): unknown {
  return JSON.parse(JSON.stringify(settings));
}
