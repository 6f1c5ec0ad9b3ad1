import { isRecord } from '../json';
import type { Host } from './host';

/** What must survive a restart of warden or of the box. */
export interface State {
  /** An iron-proxy that was switched to and has not been seen healthy yet, and what to go back to. */
  readonly trying?: { readonly sha256: string; readonly previous: string };
  /** SHA-256 of the archive of an iron-proxy that was rolled back. */
  readonly badIronProxy?: string;
  /** The release of Amazon Linux that is wanted, and since when, in milliseconds since the epoch. */
  readonly wantedRelease?: { readonly release: string; readonly since: number };
  /** Codes of the reasons at the end of the last pass: what a new warden is measured against. */
  readonly reasons?: readonly string[];
}

/** An unreadable or damaged file is no state: everything in it can be found out again. */
export async function readState(host: Host): Promise<State> {
  try {
    const parsed: unknown = JSON.parse((await host.read(host.paths.state)) ?? '{}');
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export async function saveState(host: Host, before: State, after: State): Promise<void> {
  const text = JSON.stringify(after);
  if (text !== JSON.stringify(before)) await host.write(host.paths.state, `${text}\n`, { mode: 0o600 });
}
