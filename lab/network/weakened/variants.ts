import type { Scene } from '../plan/scene';
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

export const VARIANTS = {
  groups: 'every security group opened',
  vpc: 'every security group and network ACL opened',
  internet: 'groups and ACLs opened, every subnet routed to the internet gateway, public addresses for all',
  sources: 'as before, and no source/destination check',
  resolver: 'DNS support on and the DNS firewall taken off',
  metadata: 'IMDS without tokens, hop limit 64, a profile on every machine',
  v6: 'IPv6 on every subnet, groups, ACLs and routes opened for it',
  forwarding:
    'groups and ACLs opened, the agents\u2019 subnet routed through agent hosts without source/destination check',
} as const;

export type VariantId = keyof typeof VARIANTS;

/** Networks in which what must work is seen to fail, or it would be no check. */
export const SHUT = {
  shut: { what: 'no security group lets anything through, no instance metadata', edit: shutEverything },
  replies: { what: 'network ACLs without their entries for replies', edit: dropReplies },
} as const;

export type ShutId = keyof typeof SHUT;

/** Networks in which all locks but one are open: what says to be stopped by it must be stopped by it alone. */
export const LOCKS = {
  groups: {
    what: 'security groups alone: ACLs, routes and public addresses opened',
    edits: [openAcls, routeOut],
  },
  acls: {
    what: 'network ACLs alone: groups, routes and public addresses opened',
    edits: [openGroups, routeOut],
  },
  routes: { what: 'routes and addresses alone: groups and ACLs opened', edits: [openGroups, openAcls] },
  sources: {
    what: 'source/destination check alone: groups, ACLs, routes and public addresses opened',
    edits: [openGroups, openAcls, routeOut],
  },
} as const satisfies Record<string, { readonly what: string; readonly edits: readonly Edit[] }>;

export type LockId = keyof typeof LOCKS;

export function onlyLock(template: PlainTemplate, id: LockId): PlainTemplate {
  const copy = structuredClone(template);
  for (const edit of LOCKS[id].edits) edit(copy);
  return copy;
}

export function shut(template: PlainTemplate, id: ShutId): PlainTemplate {
  const copy = structuredClone(template);
  SHUT[id].edit(copy);
  return copy;
}

const OPEN = [openGroups, openAcls];

/** The template with one control taken away: what an attempt must get through, or it proves nothing. */
export function weaken(template: PlainTemplate, variant: VariantId, scene: Scene): PlainTemplate {
  const copy = structuredClone(template);
  for (const edit of editsOf(variant, scene)) edit(copy);
  return copy;
}

function editsOf(variant: VariantId, scene: Scene): readonly Edit[] {
  switch (variant) {
    case 'groups':
      return [openGroups];
    case 'vpc':
      return OPEN;
    case 'internet':
      return [...OPEN, routeOut];
    case 'sources':
      return [...OPEN, routeOut, uncheckSources];
    case 'resolver':
      return [openResolver];
    case 'metadata':
      return [openMetadata];
    case 'v6':
      return [...OPEN, routeOut, addV6];
    case 'forwarding': {
      const { agent, otherAgent } = scene;
      const through = otherAgent ?? agent;
      return [
        ...OPEN,
        uncheckSources,
        routeThrough(agent.subnet.id, '192.0.2.0/24', through.id),
        routeThrough(agent.subnet.id, '203.0.113.0/24', agent.id),
      ];
    }
  }
}
