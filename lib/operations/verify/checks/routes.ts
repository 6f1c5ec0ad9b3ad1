import { differences, REDEPLOY, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import type { DeployedResource } from '../deployed';
import type { LiveRouteTable } from '../live/network';

export const routes = verifyCheck({
  id: 'routes',
  title: 'no route table has a route or a user that the deployed template does not give it',
  invariants: ['NET-2', 'NET-4'],
  scope: 'stack',
  read: (live) => live.routeTables(),
  judge: (found, subject) => {
    const deployed = deployedTables(subject);
    const nat = natTable(subject, found);
    if (nat) deployed.set(nat.id, nat);
    const ids = [...new Set([...deployed.keys(), ...found.map(({ id }) => id)])];
    const faults = ids.flatMap((id) => {
      const live = found.find((each) => each.id === id);
      if (!live) return [`${id} is gone`];
      // A table that the stack didn't make is the VPC's main one: nothing uses it, and it leads nowhere.
      const { routes = [], users = [] } = deployed.get(id) ?? {};
      return [
        ...differences(`routes of ${id}`, routes, live.routes),
        ...differences(`users of ${id}`, users, live.users),
      ];
    });
    return verdictOf(
      faults,
      `${found.length} route tables: ${found.map(({ id }) => id).join(', ')}`,
      REDEPLOY,
    );
  },
});

/** AWS makes a table for a regional NAT gateway, which leads to the internet gateway and which no subnet uses. */
function natTable({ deployed }: Subject, found: readonly LiveRouteTable[]): LiveRouteTable | undefined {
  const nats = resourcesOf(deployed, 'AWS::EC2::NatGateway').filter(
    (each) => each.get('AvailabilityMode') === 'regional',
  );
  const own = resourcesOf(deployed, 'AWS::EC2::RouteTable').map(({ id }) => id);
  const [gateway] = resourcesOf(deployed, 'AWS::EC2::InternetGateway');
  const made = found.find(
    ({ id, users, routes }) =>
      !own.includes(id) && routes.length > 0 && users.every((user) => nats.some((nat) => nat.id === user)),
  );
  return nats.length > 0 && made ? { ...made, routes: [`0.0.0.0/0 to ${gateway?.id}`] } : undefined;
}

function deployedTables({ deployed }: Subject): Map<string, Omit<LiveRouteTable, 'id'>> {
  const named = (type: string, table: DeployedResource) =>
    resourcesOf(deployed, type).filter((each) => each.get('RouteTableId') === table.id);
  return new Map(
    resourcesOf(deployed, 'AWS::EC2::RouteTable').map((table) => [
      table.id,
      {
        users: named('AWS::EC2::SubnetRouteTableAssociation', table).map((each) =>
          String(each.get('SubnetId')),
        ),
        routes: named('AWS::EC2::Route', table).map(
          (route) =>
            `${route.get('DestinationCidrBlock') ?? route.get('DestinationPrefixListId')} to ${TARGETS.map((name) => route.get(name)).find((id) => id !== undefined)}`,
        ),
      },
    ]),
  );
}

const TARGETS = ['NatGatewayId', 'TransitGatewayId', 'GatewayId'];
