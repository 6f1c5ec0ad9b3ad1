import type { NetworkAttempt } from './attempt';
import { IDENTITY } from './identity';
import { BOX, INWARD, SIX } from './inward';
import { NEIGHBOURS } from './neighbours';
import { OUTWARD, PACKETS } from './outward';
import { METADATA, RESOLVER } from './services';
import { STEERING } from './steering';
import { TOOL_ATTEMPTS } from './tools';

/** Every hostile attempt on the network, in the order of the report. */
export const NETWORK_ATTEMPTS: readonly NetworkAttempt[] = [
  ...NEIGHBOURS,
  ...OUTWARD,
  ...TOOL_ATTEMPTS,
  ...PACKETS,
  ...IDENTITY,
  ...STEERING,
  ...RESOLVER,
  ...METADATA,
  ...INWARD,
  ...BOX,
  ...SIX,
];

export { NETWORK_CONTROLS } from './controls';
