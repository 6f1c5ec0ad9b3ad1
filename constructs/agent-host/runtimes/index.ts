import { claudeCode } from './claude-code/runtime';
import { codex } from './codex/runtime';
import { custom } from './custom/runtime';
import { hermes } from './hermes/runtime';
import type { RuntimeName } from './names';
import { openclaw } from './openclaw/runtime';
import type { Runtime } from './runtime';

export const RUNTIMES = {
  hermes,
  openclaw,
  'claude-code': claudeCode,
  codex,
  custom,
} as const satisfies Readonly<Record<RuntimeName, Runtime>>;

export { RUNTIME_NAMES, type RuntimeName } from './names';
export type { Fetch, Runtime, RuntimeSettings } from './runtime';
