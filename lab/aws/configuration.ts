import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of the throwaway configuration that checks change. */
export interface Settings {
  readonly cidr: string;
  readonly agents: Readonly<Record<string, AgentSettings>>;
}

export interface AgentSettings {
  readonly os: 'debian-13' | 'debian-12';
  readonly rootGiB: number;
  readonly stateFrom?: string;
}

/** The agent of every check, and its made-up secret. */
export const AGENT = 'probe';
export const SECRET = 'made-up';
export const ROOT_GIB = 8;
/** The removal shortens these locks, which takes `s3:BypassGovernanceRetention`. */
export const ARCHIVE_DAYS = 1;

export const FIRST_AGENT: AgentSettings = { os: 'debian-13', rootGiB: ROOT_GIB };
export const FIRST: Settings = { cidr: '10.86.0.0/20', agents: { [AGENT]: FIRST_AGENT } };

/** The largest stack of a run: two agents, or one agent whose host CloudFormation replaces. */
export const LARGEST: Settings = { ...FIRST, agents: { ...FIRST.agents, second: FIRST_AGENT } };

/** A domain for documentation (RFC 2606): nobody receives AWS's mail. */
const NOBODY = 'nobody@example.com';

/** The files of the configuration, by name. JSON is YAML. */
export function configurationFiles(stack: string, region: string, settings: Settings): Map<string, string> {
  const environment = {
    name: stack,
    env: { region },
    notify: [NOBODY],
    network: { cidr: settings.cidr, resolvers: ['9.9.9.9', '1.1.1.1'] },
    audit: { archive: 's3', archiveDays: ARCHIVE_DAYS },
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
 * GitHub's API answers without an account, takes a large body, and answers 401 to an unknown token: that status shows
 * that the made-up secret arrived.
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

/** @param software the deployer's `software.lock.json`, which pins iron-proxy */
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
