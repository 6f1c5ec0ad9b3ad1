import type { Agent, Airlock, EgressRule, Secret } from '../../lib/config/model';
import { pinned, wayOut } from './synthesise';

/** An edit of `config/`, as the loader would understand the edited files. */
export interface Edit {
  readonly what: string;
  readonly edit: (airlock: Airlock) => Airlock;
}

const agent = (what: string, change: (scout: Agent) => Partial<Agent>): Edit => ({
  what,
  edit: (airlock) => ({
    ...airlock,
    agents: airlock.agents.map((each) => (each.name === 'scout' ? { ...each, ...change(each) } : each)),
  }),
});

const host = (what: string, change: Partial<Agent['host']>): Edit =>
  agent(what, (scout) => ({ host: { ...scout.host, ...change } }));

const environment = (what: string, change: Partial<Airlock>): Edit => ({
  what,
  edit: (airlock) => ({ ...airlock, ...change }),
});

const network = (what: string, change: Partial<Airlock['network']>): Edit => ({
  what,
  edit: (airlock) => ({ ...airlock, network: { ...airlock.network, ...change } }),
});

export function rule(index: number): EgressRule {
  return {
    id: `extra-${index}`,
    host: `h${index}.example.com`,
    methods: ['GET'],
    paths: [`/v${index}/*`],
    risk: 'low',
  };
}

const SECRET: Secret = {
  id: 'extra-key',
  parameter: '/airlock/scout/extra-key',
  inject: { kind: 'header', header: 'X-Extra', formatter: '{{ .Value }}' },
  ttlSeconds: 60,
};

/** Another agent, with the image lines that `images pin` adds for it and for nobody else. */
function withAgent(name: string): (airlock: Airlock) => Airlock {
  return (airlock) => {
    const [first] = airlock.agents;
    const more = {
      ...first,
      name,
      secrets: [],
      egress: [rule(1)],
      file: `config/agents/${name}.yaml`,
    } as Agent;
    return pinned({
      ...airlock,
      agents: [...airlock.agents, more].sort((a, b) => (a.name < b.name ? -1 : 1)),
    });
  };
}

/** Edits that touch what an agent may do, and nothing of its machine. */
export const POLICY_EDITS: readonly Edit[] = [
  agent('a rule more', ({ egress }) => ({ egress: [...egress, rule(1)] })),
  agent('a rule less', ({ egress }) => ({ egress: egress.slice(0, -1) })),
  agent('other paths', ({ egress }) => ({
    egress: egress.map((each) => ({ ...each, paths: ['/other/*'] })),
  })),
  agent('two hundred rules more, in more parameters', ({ egress }) => ({
    egress: [...egress, ...Array.from({ length: 200 }, (_, index) => rule(index))],
  })),
  agent('a rule that becomes high-risk', ({ egress }) => ({
    egress: egress.map((each, index) => (index === 0 ? { ...each, risk: 'high' as const } : each)),
  })),
  agent('a secret more', ({ egress, secrets }) => ({
    egress: [...egress, { ...rule(1), secret: SECRET.id }],
    secrets: [...secrets, SECRET],
  })),
  agent('a secret less', ({ egress, secrets }) => ({
    egress: egress.filter(({ secret }) => secret !== 'github-read-pat'),
    secrets: secrets.filter(({ id }) => id !== 'github-read-pat'),
  })),
  agent('a secret in another parameter', ({ secrets }) => ({
    secrets: secrets.map((each) => ({ ...each, parameter: `${each.parameter}-2` })),
  })),
  agent('secrets kept for a shorter time', ({ secrets }) => ({
    secrets: secrets.map((each) => ({ ...each, ttlSeconds: 60 })),
  })),
  agent('a model signed with the role of the box', ({ egress }) => ({
    egress: [
      ...egress,
      {
        ...rule(1),
        awsAuth: {
          service: 'bedrock',
          region: 'us-east-1',
          actions: ['bedrock:InvokeModel'],
          resources: [
            'arn:${partition}:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0',
          ],
        },
      },
    ],
  })),
  agent('another role', () => ({ role: 'builder' as const })),
];

export const EDITS: readonly Edit[] = [
  ...POLICY_EDITS,
  environment('another mirror for the hosts', { mirrors: { apt: 'https://other.example.com/debian' } }),
  environment('no mirror', { mirrors: {} }),
  environment('other people to tell', { notify: ['oncall@example.com', 'security@example.com'] }),
  environment('a bigger budget for the stack', { budget: { monthlyUsd: 900 } }),
  environment('nobody may come in', { access: 'none' }),
  environment('another release of iron-proxy', {
    ironProxy: {
      version: '9.9.9',
      url: 'https://releases.example.com/iron-proxy.tar.gz',
      sha256: '0'.repeat(64),
    },
  }),
  environment('a later release of Amazon Linux', { amazonLinux: { release: '2023.10.20260202' } }),
  environment('another window for updates', { updates: { day: 'monday', hour: 23 } }),
  network('no VPC resolver', { dns: 'off' }),
  network('a NAT gateway', { egress: 'nat-gateway' }),
  network('a Transit Gateway', wayOut('transit-gateway')),
  environment('tags on everything', { tags: { 'cost-center': '1234' } }),
  environment('a boundary around every role', {
    permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
  }),
  environment('records kept longer and sent on', {
    audit: {
      retentionDays: 731,
      forwardTo: 'arn:aws:logs:us-east-1:123456789012:destination:central',
    },
  }),
  environment('another bootstrap', {
    env: { region: 'us-east-1', zone: 'us-east-1a', bootstrapQualifier: 'team' },
  }),
  network('one resolver less', { resolvers: ['9.9.9.9'] }),
  network('other resolvers', { resolvers: ['9.9.9.9', '1.1.1.1', '8.8.8.8'] }),
  agent('a bigger budget', ({ budget }) => ({ budget: { ...budget, monthlyUsd: 500 } })),
  agent('alerts at other percentages', ({ budget }) => ({
    budget: { ...budget, alertsAtPercent: [10, 100] },
  })),
  agent('another end of the budget', ({ budget }) => ({ budget: { ...budget, atLimit: 'notify' as const } })),
  agent('another owner', () => ({ owner: 'somebody@example.com' })),
  agent('another runtime', () => ({ runtime: 'codex' as const })),
  agent('another model', () => ({ model: 'claude-opus-4-5' })),
  agent('an MCP server', () => ({ mcpServers: [{ name: 'docs', url: 'https://mcp.example.com/mcp' }] })),
  agent('a skill that may be there', () => ({
    skills: [{ name: 'notes', version: '1.0.0', sha256: '0'.repeat(64) }],
  })),
  agent('transcripts kept for a shorter time', () => ({ transcripts: { days: 3 } })),
  agent('a runtime of its own', () => ({
    runtime: 'custom' as const,
    custom: { command: '/opt/agent/current/agent', install: 'get agent/-/agent-1.0.0.tgz 00' },
  })),
  agent('a bigger proxy box', ({ proxy }) => ({ proxy: { ...proxy, instanceType: 't4g.small' } })),
  agent('a closed CONNECT port', ({ proxy }) => ({ proxy: { ...proxy, connect: false } })),
  agent('other limits of the front', ({ proxy }) => ({
    proxy: { ...proxy, limits: { ...proxy.limits, connections: 100 } },
  })),
  agent('a proxy box without CPU credits', ({ proxy }) => ({
    proxy: { ...proxy, instanceType: 'm7g.medium' },
  })),
  host('a bigger host', { instanceType: 't4g.xlarge' }),
  host('a host without CPU credits', { instanceType: 'm7g.xlarge' }),
  host('no root for the agent', { root: false }),
  host('other limits', { limits: { cpuPercent: 50, memoryPercent: 50 } }),
  host('a bigger state volume', { stateGiB: 500 }),
  {
    what: 'an image pinned for an agent that is not there yet',
    edit: (airlock) => ({
      ...airlock,
      images: [
        ...airlock.images,
        { agent: 'later', machine: 'agent-host', region: 'us-east-1', imageId: 'ami-0123456789abcdef0' },
      ],
    }),
  },
  { what: 'an agent more, first in the order', edit: withAgent('aaron') },
  { what: 'an agent more, last in the order', edit: withAgent('zoe') },
  {
    what: 'everything that may change, at once',
    edit: (airlock) =>
      withAgent('aaron')({
        ...airlock,
        access: 'none',
        mirrors: {},
        network: { ...airlock.network, dns: 'off', egress: 'nat-gateway', resolvers: ['9.9.9.9'] },
        agents: airlock.agents.map((each) => ({
          ...each,
          runtime: 'openclaw' as const,
          egress: [rule(7)],
          secrets: [],
          proxy: { ...each.proxy, instanceType: 'm7g.medium' },
          host: { ...each.host, instanceType: 'm7g.large', stateGiB: 900, root: false },
        })),
      }),
  },
];

function otherImage(airlock: Airlock): Airlock {
  const images = airlock.images.map((image) =>
    image.agent === 'scout' && image.machine === 'agent-host'
      ? { ...image, imageId: 'ami-0123456789abcdef0' }
      : image,
  );
  return { ...airlock, images };
}

/** The settings that name the machine itself, and what `images pin` never does: these replace a machine. */
export const REPLACING_EDITS: readonly Edit[] = [
  network('network.cidr', { cidr: '10.80.0.0/20' }),
  network('network.vpc', { vpc: 'vpc-0123456789abcdef0' }),
  network('network.ipamPool', { ipamPool: 'ipam-pool-0123456789abcdef0' }),
  {
    what: 'host.os, with the image it needs',
    edit: (airlock) => otherImage(host('', { os: 'debian-12' }).edit(airlock)),
  },
  host('host.rootGiB', { rootGiB: 60 }),
  { what: 'the image of a deployed host, by hand', edit: otherImage },
];

/** One agent less. */
export function withoutScout(airlock: Airlock): Airlock {
  return { ...airlock, agents: airlock.agents.filter(({ name }) => name !== 'scout') };
}
