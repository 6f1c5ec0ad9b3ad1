import { Box, type BoxOptions } from '../../proxy/run/box';

/** The proxy box of the rehearsed agent: absent at first, then started and stopped at will. */
export class ProxyBox {
  private box: Box | undefined;
  private isUp = false;

  constructor(private readonly options: BoxOptions) {}

  /** Resolves once it answers. @throws with warden's last log lines if it doesn't */
  async start(): Promise<void> {
    if (this.isUp) return;
    if (this.box === undefined) {
      this.box = await Box.start(this.options);
      await this.box.untilServing(true);
    } else await this.box.recover('stopped');
    this.isUp = true;
  }

  async stop(): Promise<void> {
    if (this.isUp) await this.box?.cause('stopped');
    this.isUp = false;
  }

  async close(): Promise<void> {
    await this.box?.close();
  }
}
