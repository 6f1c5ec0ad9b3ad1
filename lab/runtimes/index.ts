import type { RuntimeName } from '../../constructs/agent-host/runtimes';
import type { RuntimeCheck } from './check';
import { CLAUDE_CODE_CHECKS } from './claude-code';
import { CODEX_CHECKS } from './codex';
import { HERMES_CHECKS } from './hermes';
import { OPENCLAW_CHECKS } from './openclaw';

/** The checks of each runtime with the kit's files. */
export const RUNTIME_CHECKS = {
  'claude-code': CLAUDE_CODE_CHECKS,
  codex: CODEX_CHECKS,
  hermes: HERMES_CHECKS,
  openclaw: OPENCLAW_CHECKS,
} as const satisfies Partial<Record<RuntimeName, readonly RuntimeCheck[]>>;

export type ProvenRuntime = keyof typeof RUNTIME_CHECKS;

export type {
  Edit,
  ProxyRequest,
  RuntimeCheck,
  Seen,
  TelegramMessage,
  TelegramRequest,
} from './check';
export { DIRECTIVE, PLANTED } from './check';
export { ACCEPTED_FINDINGS } from './openclaw';
export { checkedVersion } from './versions';
