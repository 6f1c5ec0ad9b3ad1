import type { Resource, Template } from '../../reach/template/template';
import type { Finding } from '../rule';

/** An image or a zone that CloudFormation looks up again at every deployment. */
export function chosenAnew(template: Template, machine: Resource): Finding[] {
  const image = JSON.stringify(machine.raw.properties.ImageId ?? '');
  const subnet = template.referred(machine.get('SubnetId'), 'AWS::EC2::Subnet');
  const isLookedUp =
    image.includes('{{resolve:ssm:') ||
    [...template.document.parameters].some(
      ([name, { Type }]) =>
        String(Type).startsWith('AWS::SSM::Parameter::Value') &&
        image.includes(JSON.stringify({ Ref: name })),
    );
  return [
    ...(isLookedUp
      ? [
          {
            resource: machine.id,
            message: 'ImageId is looked up at every deployment, and a newer image replaces the machine',
            fix: 'pin the image (airlock images pin), or make the machine with AgentCell, which looks it up once',
          },
        ]
      : []),
    ...(subnet ? zoneOf(subnet) : []),
  ];
}

/** AWS doesn't promise the order of `Fn::GetAZs`. */
export function zoneOf(placed: Resource): Finding[] {
  return JSON.stringify(placed.raw.properties.AvailabilityZone ?? '').includes('"Fn::GetAZs"')
    ? [
        {
          resource: placed.id,
          message: 'AvailabilityZone is chosen at every deployment, and another one replaces what is in it',
          fix: 'name the zone (env.zone, airlock images pin), or use AirlockNetwork, which chooses once',
        },
      ]
    : [];
}
