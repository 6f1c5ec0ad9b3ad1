import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../../lib/json';

/** A case of agent-egress-bench that is an HTTP request (github.com/luckyPipewrench/agent-egress-bench, docs/SPEC.md). */
export interface BenchCase {
  readonly id: string;
  readonly category: string;
  readonly expected: Verdict;
  readonly url: URL;
  /** Through CONNECT. */
  readonly tunnel: boolean;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the server answers, where the attack is in the answer. */
  readonly answer: string | undefined;
}

export type Verdict = 'block' | 'allow';

export interface Corpus {
  /** How many of all cases, HTTP or not, must be blocked and allowed. */
  readonly all: Readonly<Record<Verdict, number>>;
  readonly http: readonly BenchCase[];
}

/** @throws when a file is no case */
export function readCorpus(directory: string): Corpus {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.json'),
  );
  const cases = files
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(join(directory, file), 'utf8'))] as const);
  const all = { block: 0, allow: 0 };
  for (const [file, found] of cases) {
    if (found?.expected_verdict !== 'block' && found?.expected_verdict !== 'allow')
      throw new Error(
        `${file} is no case of agent-egress-bench: expected_verdict must be "block" or "allow"`,
      );
    all[found.expected_verdict as Verdict] += 1;
  }
  if (cases.length === 0) throw new Error(`${directory} holds no case of agent-egress-bench (*.json)`);
  return { all, http: cases.flatMap(([, found]) => httpCase(found)) };
}

function httpCase(found: Record<string, unknown>): BenchCase | [] {
  const { payload, transport } = found;
  if ((transport !== 'fetch_proxy' && transport !== 'http_proxy') || !isRecord(payload)) return [];
  const text = (name: string) => (typeof payload[name] === 'string' ? payload[name] : undefined);
  const headers = isRecord(payload.headers) ? Object.entries(payload.headers) : [];
  const type = text('content_type');
  return {
    id: String(found.id),
    category: String(found.category),
    expected: found.expected_verdict as Verdict,
    url: new URL(text('url') ?? ''),
    tunnel: transport === 'http_proxy',
    method: text('method') ?? 'GET',
    headers: Object.fromEntries([
      ...headers.map(([name, value]) => [name, String(value)]),
      ...(type === undefined ? [] : [['Content-Type', type]]),
    ]),
    body: text('body') ?? '',
    answer: text('response_body'),
  };
}
