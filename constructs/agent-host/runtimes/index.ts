import { claudeCode } from './claude-code/runtime';
import { codex } from './codex/runtime';
import { custom } from './custom/runtime';
import { hermes } from './hermes/runtime';
import { openclaw } from './openclaw/runtime';
import type { Runtime } from './runtime';

/** Every runtime by the name that an agent's file gives it. */
export const RUNTIMES = {
  hermes,
  openclaw,
  'claude-code': claudeCode,
  codex,
  custom,
} as const satisfies Readonly<Record<string, Runtime>>;

export type RuntimeName = keyof typeof RUNTIMES;

export const RUNTIME_NAMES = Object.keys(RUNTIMES) as [RuntimeName, ...RuntimeName[]];

export type { Channel, Fetch, Provider, Runtime, RuntimeSettings, SkillEntry } from './runtime';
export { SETTING_PATTERNS } from './runtime-settings';
