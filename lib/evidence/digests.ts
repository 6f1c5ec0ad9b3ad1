import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAirlock } from '../config';
import { compilePolicy } from '../policy';

/** What evidence rests on, each as a SHA-256: it shows nothing about another policy or another attempt. */
export interface Digests {
  /** The policies of the kit's own test configuration: a team's edits don't change them. */
  readonly policies: string;
  /** What was tried, as files. */
  readonly attempts: string;
}

const KIT = join('test', 'fixtures', 'kit');
const ATTEMPTS = {
  lab: ['lab/network/attempts', 'lab/proxy/attempts', 'lab/proxy/plan', 'test/fixtures/decisions.yaml'],
  rehearsal: ['lab/rehearsal/plan'],
  runtimes: ['lab/runtimes', 'constructs/agent-host/runtimes', 'config/presets'],
} as const satisfies Record<string, readonly string[]>;

export type EvidenceName = keyof typeof ATTEMPTS;
export const EVIDENCE_NAMES = Object.keys(ATTEMPTS) as EvidenceName[];

/** Undefined outside of a checkout, where neither is. */
export function digestsOf(name: EvidenceName, root: string): Digests | undefined {
  if (![KIT, ...ATTEMPTS[name]].every((path) => existsSync(join(root, path)))) return undefined;
  const loaded = loadAirlock(join(root, KIT));
  if (!loaded.ok) throw new Error(`${KIT} has problems: run npx airlock check --config ${KIT}`);
  const { airlock } = loaded;
  const policies = airlock.agents.map((agent) => compilePolicy(airlock, agent).text);
  const files = ATTEMPTS[name].flatMap((path) => filesIn(root, path));
  return {
    policies: sha256(policies),
    attempts: sha256(files.map((file) => readFileSync(join(root, file)))),
  };
}

function filesIn(root: string, path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesIn(root, `${path}/${name}`));
}

function sha256(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(createHash('sha256').update(part).digest());
  return hash.digest('hex');
}
