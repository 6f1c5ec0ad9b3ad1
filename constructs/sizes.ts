/** Sizes that no configuration sets and that cost money: constructs and the cost model share them. Imports nothing. */

/** Fits Amazon Linux 2023, both programs in two versions each, and bounded logs; images of it are 8 GiB. */
export const PROXY_ROOT_GIB = 12;

/** How many daily snapshots of a state volume are kept. */
export const SNAPSHOTS_KEPT = 14;
