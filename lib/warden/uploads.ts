import { LIMITS } from '../config/values/signals';
import { fieldOf, jsonIn } from '../json';
import { HOUR } from '../watch/period';
import type { Events } from './events';
import type { Host } from './host';
import { sentMiB } from './quota';

/**
 * Tells the trail, once an hour, that the agent host has sent more bytes in a day than the limit of its signal. The gate
 * learns what a connection sent when it ends, and the agent may keep one open for days.
 */
export class Uploads {
  private hour = Number.NaN;

  constructor(
    private readonly host: Host,
    private readonly events: Pick<Events, 'tell'>,
  ) {}

  /** To be called after a pass, which asks the kernel. */
  async look(): Promise<void> {
    const { host } = this;
    const mib = sentMiB((await host.read(host.paths.quotasUsed)) ?? '');
    const policy = jsonIn(await host.read(host.paths.gatePolicy));
    const limit = Number(fieldOf(policy, 'policy', 'watch', 'bytes-out') ?? LIMITS['bytes-out']);
    const hour = Math.floor(host.now() / HOUR);
    if (mib <= limit || hour === this.hour) return;
    this.hour = hour;
    this.events.tell({ event: 'bytes-sent', detail: { mib } });
  }
}
