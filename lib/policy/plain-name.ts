/** A name that may stand in a log line: the front's configuration (constructs/proxy/boot/front.cfg) has the same law. */
const PLAIN_NAME = /^[A-Za-z0-9.-]{1,253}$/;
/** An address, or what some resolvers read as one: its last label is a number. */
const ADDRESS = /(^|\.)([0-9]+|0[Xx][0-9A-Fa-f]*)\.?$/;

/** What CONNECT may ask for. */
export const CONNECT_TARGET = /^[A-Za-z0-9.-]{1,253}:443$/;

export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && !ADDRESS.test(name);
}
