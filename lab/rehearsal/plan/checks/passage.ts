import type { Allowed } from '../../../proxy/plan/target';
import type { Arrival } from '../../../proxy/plan/wire';
import { all, type Judgement } from './check';

/** Two requests from inside the machine, by name, as its own programs make them. */
export interface Passage {
  readonly allowed: Allowed;
  /** HTTP status; `000`: no answer. */
  readonly status: string;
  /** What of it came out on the internet. */
  readonly arrivals: readonly Arrival[];
  /** Of a request to a host that no rule names. */
  readonly refusedStatus: string;
  /** What came out to that host. */
  readonly strays: readonly Arrival[];
}

/** R14: what the policy allows passes the door with its secret, and nothing else passes. */
export function passes({ allowed, status, arrivals, refusedStatus, strays }: Passage): Judgement {
  const { method, host, path, secrets } = allowed;
  const carried = new Set(arrivals.flatMap((each) => each.secrets.map(({ id }) => id)));
  const missing = secrets.filter((id) => !carried.has(id));
  const others = [...carried].filter((id) => !secrets.includes(id));
  return all(
    `${method} ${host}${path}: ${status}, ${secrets.length} of its ${secrets.length} secrets arrived; another host: ${refusedStatus}`,
    [status === '200', `an allowed request was answered with ${status}`],
    [arrivals.length === 1, `it arrived ${arrivals.length} times`],
    [missing.length === 0, `without its secret: ${missing.join(', ')}`],
    [others.length === 0, `with the secret of another rule: ${others.join(', ')}`],
    [strays.length === 0, 'a request to another host arrived'],
    [refusedStatus === '403', `a request to another host was answered with ${refusedStatus}`],
  );
}
