import type { Attempt } from './attempt';
import { IDENTITY } from './identity';
import { BOX, INWARD, SIX } from './inward';
import { NEIGHBOURS } from './neighbours';
import { OUTWARD, PACKETS } from './outward';
import { METADATA, RESOLVER } from './services';
import { STEERING } from './steering';

/** Every hostile attempt on the network, in the order of the report. */
export const ATTEMPTS: readonly Attempt[] = [
  ...NEIGHBOURS,
  ...OUTWARD,
  ...PACKETS,
  ...IDENTITY,
  ...STEERING,
  ...RESOLVER,
  ...METADATA,
  ...INWARD,
  ...BOX,
  ...SIX,
];

export { CONTROLS } from './controls';
