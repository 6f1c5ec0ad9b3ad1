import { MODES, type Mode, SIGNALS, type SignalId } from '../config/values/signals';
import { CATALOGUE } from './catalogue';

type Chosen = Readonly<Partial<Record<SignalId, Mode>>>;

export function modeOf(chosen: Chosen, signal: SignalId): Mode {
  return chosen[signal] ?? CATALOGUE[signal].mode;
}

/**
 * The modes of one agent as one letter for each signal, in the order of SIGNALS: the settings of a Lambda function hold 4 KB
 * for all agents.
 */
export function encodeModes(chosen: Chosen): string {
  return SIGNALS.map((id) => modeOf(chosen, id)[0]).join('');
}

/** The mode of a signal; its own where the letters lack it. */
export function decodeMode(letters: string, signal: SignalId): Mode {
  const letter = letters[SIGNALS.indexOf(signal)];
  return MODES.find((mode) => mode[0] === letter) ?? CATALOGUE[signal].mode;
}

/**
 * The mode of a signal that is of no one agent, such as flow logs that AWS does not deliver: the strictest that an agent has.
 *
 * @param all the letters of each agent
 */
export function strictestMode(all: readonly string[], signal: SignalId): Mode {
  const ranks = all.map((letters) => MODES.indexOf(decodeMode(letters, signal)));
  return MODES[Math.max(...ranks)] ?? CATALOGUE[signal].mode;
}
