import { all, type Observation } from '../../../proof/proof';
import type { Allowed } from '../../../proxy/plan/target';
import type { Arrival } from '../../../proxy/plan/wire';

/** Two requests from inside the machine by name, as programs make them. */
export interface Requests {
  readonly allowed: Allowed;
  /** HTTP status; `000`: no answer. */
  readonly status: string;
  /** Its arrivals on the internet. */
  readonly arrivals: readonly Arrival[];
  /** Status of a request to a host that no rule names. */
  readonly refusedStatus: string;
  /** Arrivals at that host. */
  readonly strays: readonly Arrival[];
}

/** R14: an allowed request passes the proxy box with its secret; another request does not. */
export function throughProxy({ allowed, status, arrivals, refusedStatus, strays }: Requests): Observation {
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
