import { containmentParameter } from '../../constructs/names';
import { fieldOf, jsonIn } from '../json';
import { HOUR } from '../watch/period';
import type { Box } from './box';
import type { WardenEvent } from './events';
import { AwsError, type Host, type ParameterVersion } from './host';

/** Of a new box, which knows of none: more are in the chain of the box before it. */
const MOST = 20;
const TEXT = 300;

/**
 * The containments and releases of this agent that the records don't have yet. A containment stops the box, so that its facts are
 * left in a parameter; the box reads them when it starts, and every hour.
 */
export class Containments {
  private looked: number | undefined;
  private last: number | undefined;

  constructor(
    private readonly host: Host,
    private readonly box: Box,
  ) {}

  /** Without AWS's answer it asks again at the next pass. */
  async news(): Promise<readonly WardenEvent[]> {
    const { host, box, looked } = this;
    if (looked !== undefined && host.monotonic() - looked < HOUR) return [];
    const known = Number(await host.read(host.paths.containment)) || 0;
    try {
      const versions = await host.parameterHistory(containmentParameter(box.stack, box.agent));
      const fresh = versions.filter(({ version }) => version > known).slice(-MOST);
      this.last = fresh.at(-1)?.version;
      this.looked = host.monotonic();
      return fresh.map(eventOf);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'ParameterNotFound') this.looked = host.monotonic();
      return [];
    }
  }

  /** To be called once the events are on their way into the records. */
  async told(): Promise<void> {
    const { host, last } = this;
    if (last !== undefined) await host.write(host.paths.containment, `${last}\n`, { mode: 0o600 });
    this.last = undefined;
  }
}

/** Version, time and writer are AWS's; what the writer says stands beside them. */
function eventOf({ version, value, author, modified }: ParameterVersion): WardenEvent {
  const said = jsonIn(value);
  const text = (name: string) => String(fieldOf(said, name) ?? '').slice(0, TEXT);
  const what = text('what');
  const detail = {
    what: what === 'contained' || what === 'released' ? what : 'unreadable',
    at: modified === undefined ? '' : new Date(modified).toISOString(),
    writer: author ?? '',
    by: text('by'),
    because: text('because'),
    cut: text('cut'),
    version,
  };
  const known = Object.entries(detail).filter(([, value]) => value !== '');
  return { event: 'containment', detail: Object.fromEntries(known) };
}
