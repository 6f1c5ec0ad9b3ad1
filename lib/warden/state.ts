import { isRecord, jsonIn } from '../json';
import type { Host } from './host';

/** What survives a restart of warden or of the box. */
export interface State {
  /** The iron-proxy that runs but has not yet been healthy, and the one to go back to. */
  readonly trying?: { readonly sha256: string; readonly previous: string };
  /** SHA-256 of the archive of an iron-proxy that was rolled back. */
  readonly badIronProxy?: string;
  /** The release of Amazon Linux that is wanted, and since when, in milliseconds since the epoch. */
  readonly wantedRelease?: { readonly release: string; readonly since: number };
  /** Codes of the reasons at the end of the last pass: a new warden's are compared with them. */
  readonly reasons?: readonly string[];
}

/** A damaged file counts as empty: warden can find everything in it out again. */
export async function readState(host: Host): Promise<State> {
  const parsed = jsonIn(await host.read(host.paths.state));
  return isRecord(parsed) ? parsed : {};
}

export async function saveState(host: Host, before: State, after: State): Promise<void> {
  const text = JSON.stringify(after);
  if (text !== JSON.stringify(before)) await host.write(host.paths.state, `${text}\n`, { mode: 0o600 });
}
