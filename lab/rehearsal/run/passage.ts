import { ATTACKER } from '../../proxy/plan/target';
import type { Passage } from '../plan/checks/passage';
import type { Cast } from './cast';
import { request } from './inside';
import type { Machine } from './machine';

/** Asks from inside the machine for something that is allowed and for something that isn't. */
export async function passage({ stage, allowed }: Cast, machine: Machine): Promise<Passage | undefined> {
  if (allowed === undefined) return undefined;
  const { host, path } = allowed;
  const { next } = await stage.internet.since(Number.MAX_SAFE_INTEGER);
  const status = await request(machine, `https://${host}${path}?lab=bytes:5`);
  const refusedStatus = await request(machine, `https://${ATTACKER}/`);
  const { arrivals } = await stage.internet.since(next);
  const to = (name: string) => arrivals.filter((each) => each.host === name);
  return { allowed, status, arrivals: to(host), refusedStatus, strays: to(ATTACKER) };
}
