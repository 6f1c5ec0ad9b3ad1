import { resourcesOf, verdictOf, verifyCheck } from '../check';

export const metadata = verifyCheck({
  id: 'metadata',
  title: 'both machines take IMDSv2 alone, from one hop, over IPv4, without tags',
  invariants: ['IMDS-1'],
  scope: 'agent',
  read: (live) => live.machines(),
  judge: (found, { deployed, agent }) => {
    const own = resourcesOf(deployed, 'AWS::EC2::Instance', { agent });
    const faults = own.flatMap(({ id, part }) => {
      const options = found.find((each) => each.id === id)?.metadata;
      if (!options) return [`the ${part} ${id} is gone`];
      return [
        ...(options.tokens === 'required' ? [] : [`${part} ${id}: HttpTokens is ${options.tokens}`]),
        ...(options.hops === 1 ? [] : [`${part} ${id}: HttpPutResponseHopLimit is ${options.hops}`]),
        ...(options.ipv6 === 'disabled' ? [] : [`${part} ${id}: HttpProtocolIpv6 is ${options.ipv6}`]),
        ...(options.tags === 'disabled' ? [] : [`${part} ${id}: InstanceMetadataTags is ${options.tags}`]),
      ];
    });
    return verdictOf(
      own.length === 0 ? ['it has no machine'] : faults,
      own.map(({ id }) => `${id}: required, 1 hop`).join(', '),
      'run aws ec2 modify-instance-metadata-options --instance-id … --http-tokens required --http-put-response-hop-limit 1 --http-protocol-ipv6 disabled --instance-metadata-tags disabled',
    );
  },
});
