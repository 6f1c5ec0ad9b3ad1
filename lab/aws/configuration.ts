import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the checks change of the throwaway configuration. */
export interface Settings {
  readonly cidr: string;
  readonly agents: Readonly<Record<string, AgentSettings>>;
}

export interface AgentSettings {
  readonly os: 'debian-13' | 'debian-12';
  readonly rootGiB: number;
  readonly stateFrom?: string;
}

/** The agent of every check, and the rule whose secret is made up. */
export const AGENT = 'probe';
export const SECRET = 'made-up';
export const ROOT_GIB = 8;

export const FIRST_AGENT: AgentSettings = { os: 'debian-13', rootGiB: ROOT_GIB };
export const FIRST: Settings = { cidr: '10.86.0.0/20', agents: { [AGENT]: FIRST_AGENT } };

/** The most that is there at once: two agents, or one and the host that replaces its own. */
export const LARGEST: Settings = { ...FIRST, agents: { ...FIRST.agents, second: FIRST_AGENT } };

/** Reserved for documentation (RFC 2606): AWS's mail goes to nobody. */
const NOBODY = 'nobody@example.com';

/** The files of the configuration, by name. JSON is YAML. */
export function configurationFiles(stack: string, region: string, settings: Settings): Map<string, string> {
  const environment = {
    name: stack,
    env: { region },
    notify: [NOBODY],
    network: { cidr: settings.cidr, resolvers: ['9.9.9.9', '1.1.1.1'] },
    budget: { monthlyUsd: 200 },
  };
  const files = Object.entries(settings.agents).map(([name, agent]): [string, object] => [
    `agents/${name}.yaml`,
    agentFile(stack, name, agent),
  ]);
  return new Map(
    [['airlock.yaml', environment] as [string, object], ...files].map(([name, value]) => [
      name,
      `${JSON.stringify(value, null, 2)}\n`,
    ]),
  );
}

/**
 * GitHub's API because it answers without an account, takes a large body, and says 401 to a token that it doesn't know:
 * so a made-up secret is seen to arrive.
 */
function agentFile(stack: string, name: string, { os, rootGiB, stateFrom }: AgentSettings): object {
  const host = 'api.github.com';
  return {
    name,
    runtime: 'custom',
    custom: { command: 'sleep infinity' },
    role: 'operator',
    owner: NOBODY,
    host: { instanceType: 't4g.small', os, rootGiB, stateGiB: 1, ...(stateFrom ? { stateFrom } : {}) },
    egress: [
      { id: 'large-answer', host, methods: ['GET'], paths: ['/meta'] },
      { id: 'large-request', host, methods: ['POST'], paths: ['/markdown'], risk: 'medium' },
      { id: 'with-secret', host, methods: ['GET'], paths: ['/zen'], secret: SECRET },
    ],
    secrets: {
      [SECRET]: {
        parameter: `/${stack}/${name}/${SECRET}`,
        inject: { header: 'Authorization', formatter: 'Bearer {{ .Value }}' },
        ttl: '1m',
      },
    },
    budget: { monthlyUsd: 100 },
  };
}

/** @param software `software.lock.json` of the deployer: the release of iron-proxy that they pinned */
export function writeConfiguration(
  directory: string,
  files: ReadonlyMap<string, string>,
  software: string,
): void {
  rmSync(join(directory, 'agents'), { recursive: true, force: true });
  mkdirSync(join(directory, 'agents'), { recursive: true });
  for (const [name, text] of files) writeFileSync(join(directory, name), text);
  if (existsSync(software)) copyFileSync(software, join(directory, 'software.lock.json'));
}
