/** Every runtime by the name that an agent's file gives it. */
export const RUNTIME_NAMES = ['hermes', 'openclaw', 'claude-code', 'codex', 'custom'] as const;

export type RuntimeName = (typeof RUNTIME_NAMES)[number];
