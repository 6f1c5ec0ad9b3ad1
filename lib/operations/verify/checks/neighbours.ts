import { REDEPLOY, resourcesOf, verdictOf, verifyCheck } from '../check';

/** Interfaces that AWS makes for a resource of the stack. */
const SERVICES: Readonly<Record<string, string>> = {
  nat_gateway: 'AWS::EC2::NatGateway',
  transit_gateway: 'AWS::EC2::TransitGatewayAttachment',
  ec2_instance_connect_endpoint: 'AWS::EC2::InstanceConnectEndpoint',
};

export const neighbours = verifyCheck({
  id: 'neighbours',
  title: "only the stack's machines and gateways have an address in the VPC",
  invariants: ['NET-4', 'NET-5'],
  scope: 'stack',
  read: (live) => live.interfaces(),
  judge: (found, { deployed }) => {
    const machines = new Set(resourcesOf(deployed, 'AWS::EC2::Instance').map(({ id }) => id));
    const faults = found.flatMap(({ id, type, instance }) => {
      if (instance !== undefined) {
        return machines.has(instance)
          ? []
          : [`${id} is of ${instance}, a machine that the stack did not make`];
      }
      const service = SERVICES[type];
      const most = service === undefined ? 0 : resourcesOf(deployed, service).length;
      const rank = found.filter((each) => each.type === type && each.instance === undefined);
      return rank.findIndex((each) => each.id === id) < most
        ? []
        : [`${id}, of type ${type}, belongs to nothing that the stack made`];
    });
    return verdictOf(faults, `${found.length} interfaces, all of the stack's`, REDEPLOY);
  },
});
