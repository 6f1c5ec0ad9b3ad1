/** Sizes that no configuration sets and that cost money: constructs and the cost model share them. Imports nothing. */

/**
 * The size of Amazon Linux 2023's images, which fits the system, both programs in two versions each, an update, and less than
 * 1 GiB of logs, which have bounds.
 */
export const PROXY_ROOT_GIB = 8;

/** What a proxy box takes of its agent host's journal in a day. */
export const JOURNAL_MIB_A_DAY = 16;

/** How many daily snapshots of a state volume are kept. */
export const SNAPSHOTS_KEPT = 14;
