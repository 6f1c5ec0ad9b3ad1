import type { Interface, Machine } from '../network/model';
import type { Violation } from '../report';
import type { Invariant } from './context';

/** An agent host's subnet has no route but the local one; it has no public IP and no IPv6. */
export const net2: Invariant = {
  id: 'NET-2',
  check: ({ agentHosts }) =>
    agentHosts.flatMap((host) => host.interfaces.flatMap((each) => checkInterface(host, each))),
};

function checkInterface(host: Machine, each: Interface): Violation[] {
  const { subnet } = each;
  const found: Violation[] = [];
  const add = (message: string, fix: string) =>
    found.push({ invariant: 'NET-2', resource: host.id, message, fix });
  if (subnet.resource === undefined) {
    add(
      `${host.id} is in ${subnet.id}, whose routes the template doesn't show`,
      'put it into an isolated subnet of this stack',
    );
    return found;
  }
  const routes = new Set(
    subnet.tables.flatMap((table) => table.routes).filter((route) => route.target.kind !== 'local'),
  );
  for (const route of routes) {
    add(`${subnet.id} of ${host.id} has a route out: ${route.id} (${route.text})`, `remove ${route.id}`);
  }
  if (each.publicV4 !== undefined) {
    add(`${host.id} has a public address: ${each.publicV4}`, 'give agent hosts no public address');
  }
  if (subnet.v6 !== undefined || each.v6 !== undefined) {
    add(`${subnet.id} of ${host.id} has IPv6`, `take the IPv6 block off ${subnet.id}`);
  }
  return found;
}
