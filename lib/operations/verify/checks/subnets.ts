import { REDEPLOY, verdictOf, verifyCheck } from '../check';

export const subnets = verifyCheck({
  id: 'subnets',
  title: 'no subnet gives its machines a public address or IPv6',
  invariants: ['NET-2'],
  scope: 'stack',
  read: (live) => live.subnets(),
  judge: (found) =>
    verdictOf(
      [
        ...(found.length === 0 ? ['the VPC has no subnet'] : []),
        ...found.flatMap(({ id, givesPublicAddress, hasIpv6 }) => [
          ...(givesPublicAddress ? [`${id} gives each machine a public address`] : []),
          ...(hasIpv6 ? [`${id} has IPv6`] : []),
        ]),
      ],
      found.map(({ id, cidr }) => `${id} ${cidr}`).join(', '),
      REDEPLOY,
    ),
});
