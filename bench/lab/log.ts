/** The results of one run of the load client. */
export interface Lap {
  /** Microseconds of each request, from sending it to the end of its answer. */
  readonly latencies: readonly number[];
  /** From the first request to the end of the last answer, including the opening of later connections. */
  readonly seconds: number;
}

/**
 * h2load's log: a line for each request, with its start (microseconds), its status and its duration (microseconds).
 *
 * @throws if a request is missing or its answer isn't 200: refusals are fast and would falsify the figures
 */
export function parseLog(text: string, requests: number): Lap {
  const lines = text.split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => line.split('\t').map(Number) as [number, number, number]);
  const wrong = rows.find(([, status]) => status !== 200);
  if (wrong !== undefined) throw new Error(`a request was answered with ${wrong[1]}, not 200`);
  if (rows.length !== requests) throw new Error(`${rows.length} of ${requests} requests were answered`);
  const [first, last] = rows.reduce(
    ([from, to], [start, , took]) => [Math.min(from, start), Math.max(to, start + took)],
    [Number.POSITIVE_INFINITY, 0],
  );
  return { latencies: rows.map(([, , took]) => took), seconds: (last - first) / 1e6 };
}

/**
 * h2load's summary counts the bytes of bodies. Incomplete answers would be fast, too.
 *
 * @throws if there are fewer
 */
export function checkBodies(summary: string, least: number): void {
  const bytes = /, \S+ \((\d+)\) data$/m.exec(summary)?.[1];
  if (bytes === undefined || Number(bytes) < least) {
    throw new Error(`answers held ${bytes ?? 'an unknown number of'} bytes, not ${least}`);
  }
}

export interface Figures {
  /** Microseconds. */
  readonly p50: number;
  /** Microseconds. */
  readonly p99: number;
  /** Requests a second. */
  readonly rate: number;
}

/** Percentiles over all laps, and the median lap's rate. */
export function figuresOf(laps: readonly Lap[]): Figures {
  const latencies = laps.flatMap((lap) => lap.latencies).sort((a, b) => a - b);
  const rates = laps.map((lap) => lap.latencies.length / lap.seconds).sort((a, b) => a - b);
  return { p50: percentile(latencies, 50), p99: percentile(latencies, 99), rate: percentile(rates, 50) };
}

/** By nearest rank. @param sorted ascending, not empty */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}
