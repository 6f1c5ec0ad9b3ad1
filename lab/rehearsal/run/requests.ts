import { ATTACKER } from '../../proxy/plan/target';
import type { Requests } from '../plan/checks/requests';
import { request } from './inside';
import type { Machine } from './machine';
import type { Rehearsal } from './rehearsal';

/** Sends an allowed and a refused request from inside the machine. */
export async function sendRequests(
  { testbed, allowed }: Rehearsal,
  machine: Machine,
): Promise<Requests | undefined> {
  if (allowed === undefined) return undefined;
  const { host, path } = allowed;
  const start = await testbed.internet.now();
  const status = await request(machine, `https://${host}${path}?lab=bytes:5`);
  const refusedStatus = await request(machine, `https://${ATTACKER}/`);
  const { arrivals } = await testbed.internet.since(start);
  const to = (name: string) => arrivals.filter((each) => each.host === name);
  return { allowed, status, arrivals: to(host), refusedStatus, strays: to(ATTACKER) };
}
