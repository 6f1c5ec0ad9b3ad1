import { RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import type { Agent } from '../config/model';

/** Whether the CONNECT port of an agent's proxy box is open. */
export function opensConnect({ runtime, proxy }: Pick<Agent, 'runtime' | 'proxy'>): boolean {
  const { usesConnect = false }: Runtime = RUNTIMES[runtime];
  return proxy.connect ?? usesConnect;
}
