import { Box, type BoxOptions } from '../../proxy/run/box';

/** The proxy box of the rehearsed agent: not there at first, then opened and shut at will. */
export class Door {
  private box: Box | undefined;
  private isOpen = false;

  constructor(private readonly options: BoxOptions) {}

  /** Until it answers. @throws with warden's last words when it doesn't */
  async open(): Promise<void> {
    if (this.isOpen) return;
    if (this.box === undefined) {
      this.box = await Box.start(this.options);
      await this.box.until(true);
    } else await this.box.recover('stopped');
    this.isOpen = true;
  }

  async shut(): Promise<void> {
    if (this.isOpen) await this.box?.cause('stopped');
    this.isOpen = false;
  }

  async close(): Promise<void> {
    await this.box?.close();
  }
}
