import type { Mode, SignalId } from '../../config/values/signals';
import { CATALOGUE } from '../../watch/catalogue';
import type { Where } from '../../watch/command';
import { messageFor } from '../../watch/message';
import { HOUR } from '../../watch/period';
import type { Seen } from '../../watch/seen';

export interface TellInput {
  readonly where: Where;
  readonly modeOf: (agent: string | undefined, signal: SignalId) => Mode;
  readonly tell: (subject: string, message: string) => Promise<void>;
  /** Asks for a containment. */
  readonly contain: (agent: string, signal: SignalId) => Promise<void>;
  readonly log: (entry: object) => void;
}

/** Tells people of signals, or contains, by the mode of each; a signal of an agent at most once an hour where nothing else bounds it. */
export class Teller {
  /** By signal, agent and what was seen: the hour. AWS keeps a function for hours, and forgets this with it. */
  private readonly told = new Map<string, number>();

  constructor(private readonly input: TellInput) {}

  /** @throws when somebody was not told, so that Lambda tries again and then tells people itself */
  async all(seen: readonly Seen[]): Promise<void> {
    const failed: unknown[] = [];
    for (const one of seen) await this.one(one).catch((error) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  }

  private async one(seen: Seen): Promise<void> {
    const { where, modeOf, tell, contain, log } = this.input;
    const { signal, agent } = seen;
    const mode = modeOf(agent, signal);
    if (mode === 'off' || this.isKnown(seen)) return;
    log({ ...seen, mode });
    if (mode === 'shadow') return;
    // First, and whatever becomes of the message.
    if (mode === 'contain' && agent !== undefined) await contain(agent, signal);
    const { subject, message } = messageFor(where, mode, seen);
    await tell(subject, message);
    this.note(seen);
  }

  private isKnown(seen: Seen): boolean {
    return this.told.get(nameOf(seen)) === Math.floor(seen.at / HOUR);
  }

  private note(seen: Seen): void {
    // The gate and warden bound theirs, and say what came after the first.
    if (CATALOGUE[seen.signal].from !== 'function') return;
    if (this.told.size > 1000) this.told.clear();
    this.told.set(nameOf(seen), Math.floor(seen.at / HOUR));
  }
}

/** Secrets and parameters differ by what was seen; a machine's repeated questions or flows don't. */
function nameOf({ signal, agent, saw }: Seen): string {
  const differs = signal === 'secret-read' || signal === 'parameter-changed' || signal === 'machine-down';
  return `${signal} ${agent ?? ''}${differs ? ` ${saw}` : ''}`;
}
