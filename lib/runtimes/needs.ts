import { type Fetch, RUNTIMES } from '../../constructs/agent-host/runtimes';
import type { Agent, Airlock } from '../config/model';
import { providerOf } from '../config/provider';
import { matches } from '../policy/matching';

/** A request of the runtime that no rule of the agent's file allows. */
export interface UnmetNeed {
  readonly kind: 'model' | 'install' | 'server';
  /** A predicate: "can't …". */
  readonly message: string;
  readonly fix: string;
}

/** The runtime's requests that the proxy box would refuse, by the rules themselves, not by their names. */
export function unmetNeeds(airlock: Airlock, agent: Agent): UnmetNeed[] {
  return [...model(agent), ...install(airlock, agent), ...servers(agent)];
}

function model(agent: Agent): UnmetNeed[] {
  const presets = Object.keys(RUNTIMES[agent.runtime].providers);
  return agent.runtime === 'custom' || providerOf(agent)
    ? []
    : [
        {
          kind: 'model',
          message: 'has no model that it can call by a preset, so it gets no placeholder credential',
          fix: `add one of the presets ${presets.join(', ')} to egress`,
        },
      ];
}

function install(airlock: Airlock, agent: Agent): UnmetNeed[] {
  const { fetches, installPresets }: { fetches: readonly Fetch[]; installPresets: readonly string[] } =
    RUNTIMES[agent.runtime];
  const shut = fetches.flatMap(({ from, method = 'GET', path }) => {
    const address = addressOf(airlock, from);
    return address && allows(agent, method, address.host, address.path + path)
      ? []
      : [`${method} https://${address ? address.host + address.path : `<mirrors.${from}>`}${path}`];
  });
  return shut.length === 0
    ? []
    : [
        {
          kind: 'install',
          message: `can't be installed, so the agent stays off: no rule allows ${shut[0]}${shut.length > 1 ? ` and ${shut.length - 1} more` : ''}`,
          fix: `add to egress: ${installPresets.map((name) => `"- preset: ${name}"`).join(', ')}`,
        },
      ];
}

function servers(agent: Agent): UnmetNeed[] {
  return agent.mcpServers.flatMap(({ name, url }) => {
    const { hostname, pathname } = new URL(url);
    return allows(agent, 'POST', hostname, pathname)
      ? []
      : [
          {
            kind: 'server' as const,
            message: `can't call its MCP server "${name}": no rule allows POST ${url}`,
            fix: 'add an egress rule for it, or remove the server',
          },
        ];
  });
}

/** A host, or a mirror's host with the path before; undefined for a mirror that isn't set. */
export function addressOf({ mirrors }: Airlock, from: string): { host: string; path: string } | undefined {
  if (!Object.hasOwn(MIRRORS, from)) return { host: from, path: '' };
  const mirror = mirrors[from as keyof typeof MIRRORS];
  if (mirror === undefined) return undefined;
  const { hostname, pathname } = new URL(mirror);
  return { host: hostname, path: pathname.replace(/\/$/, '') };
}

const MIRRORS = { apt: 0, npm: 0, pypi: 0 };

/** A path that ends in a star means any path below. */
export function allows(agent: Agent, method: string, host: string, path: string): boolean {
  return agent.egress.some(
    (rule) => rule.risk !== 'high' && matches(rule, host, method, path.replace(/\*$/, 'any')),
  );
}
