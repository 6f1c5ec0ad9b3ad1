import type { Roles } from '../plan/roles';
import {
  addV6,
  dropReplies,
  type Edit,
  openAcls,
  openGroups,
  openMetadata,
  openResolver,
  type PlainTemplate,
  routeOut,
  routeThrough,
  shutEverything,
  uncheckSources,
} from './edits';

/** A template with something changed. */
export interface Weakening {
  readonly what: string;
  readonly edits: (roles: Roles) => readonly Edit[];
}

const edited = (what: string, ...edits: readonly Edit[]): Weakening => ({ what, edits: () => edits });
const OPEN = [openGroups, openAcls];

/** Networks in which attempts must get through. */
export const VARIANTS = {
  groups: edited('every security group opened', openGroups),
  vpc: edited('every security group and network ACL opened', ...OPEN),
  internet: edited(
    'groups and ACLs opened, every subnet routed to the internet gateway, public addresses for all',
    ...OPEN,
    routeOut,
  ),
  sources: edited('as before, and no source/destination check', ...OPEN, routeOut, uncheckSources),
  resolver: edited('DNS support on and the DNS firewall removed', openResolver),
  metadata: edited('IMDS without tokens, hop limit 64, a profile on every machine', openMetadata),
  v6: edited('IPv6 on every subnet, groups, ACLs and routes opened for it', ...OPEN, routeOut, addV6),
  forwarding: {
    what: 'groups and ACLs opened, the agents\u2019 subnet routed through agent hosts without source/destination check',
    edits: ({ agent, otherAgent = agent }) => [
      ...OPEN,
      uncheckSources,
      routeThrough(agent.subnet.id, '192.0.2.0/24', otherAgent.id),
      routeThrough(agent.subnet.id, '203.0.113.0/24', agent.id),
    ],
  },
} as const satisfies Record<string, Weakening>;

export type VariantId = keyof typeof VARIANTS;

/** Networks in which legitimate traffic must fail. */
export const SHUT = {
  shut: edited('no security group lets anything through, no instance metadata', shutEverything),
  replies: edited('network ACLs without their entries for replies', dropReplies),
} as const satisfies Record<string, Weakening>;

export type ShutId = keyof typeof SHUT;

/** Networks in which all locks but one are open: that one must be enough for each attempt that names it. */
export const LOCKS = {
  groups: edited('security groups alone: ACLs, routes and public addresses opened', openAcls, routeOut),
  acls: edited('network ACLs alone: groups, routes and public addresses opened', openGroups, routeOut),
  routes: edited('routes and addresses alone: groups and ACLs opened', ...OPEN),
  sources: edited(
    'source/destination check alone: groups, ACLs, routes and public addresses opened',
    ...OPEN,
    routeOut,
  ),
} as const satisfies Record<string, Weakening>;

export type LockId = keyof typeof LOCKS;

export function weaken(template: PlainTemplate, { edits }: Weakening, roles: Roles): PlainTemplate {
  const copy = structuredClone(template);
  for (const edit of edits(roles)) edit(copy);
  return copy;
}
