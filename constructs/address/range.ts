/** Closed intervals `[low, high]` of numbers or of addresses, and the little arithmetic that rules need. */
export type Range<T extends number | bigint> = readonly [low: T, high: T];

export function intersect<T extends number | bigint>(a: Range<T>, b: Range<T>): Range<T> | undefined {
  // biome-ignore lint/complexity/useMathMinMax: Math.max knows no bigint
  const low = a[0] > b[0] ? a[0] : b[0];
  // biome-ignore lint/complexity/useMathMinMax: Math.min knows no bigint
  const high = a[1] < b[1] ? a[1] : b[1];
  return low <= high ? [low, high] : undefined;
}

export function covers<T extends number | bigint>(outer: Range<T>, inner: Range<T>): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

/** Sorted, without overlaps, neighbours joined. */
export function union(ranges: readonly Range<number>[]): Range<number>[] {
  const joined: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}
