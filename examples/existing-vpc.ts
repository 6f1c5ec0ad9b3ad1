import { AgentCell, AirlockEnvironment } from 'agent-airlock';
import { App, Stack } from 'aws-cdk-lib';

/** In a VPC that the team's network account shares, and that is Airlock's alone; machines and zone are pinned. */
const app = new App();
const stack = new Stack(app, 'isolated', { env: { region: 'eu-central-1' }, terminationProtection: true });

const environment = new AirlockEnvironment(stack, 'Environment', {
  notify: ['security@example.com'],
  budget: { monthlyUsd: 120 },
  zone: 'eu-central-1a',
  network: {
    vpc: 'vpc-0123456789abcdef0',
    cidr: '10.90.0.0/22',
    egress: 'transit-gateway',
    transitGateway: 'tgw-0123456789abcdef0',
  },
  audit: { retentionDays: 731, forwardTo: 'arn:aws:logs:eu-central-1:444455556666:destination:archive' },
});

new AgentCell(stack, 'Courier', {
  environment,
  agent: {
    name: 'courier',
    runtime: 'custom',
    custom: { command: '/opt/agent/current/agent' },
    role: 'reader',
    owner: 'platform@example.com',
    host: { instanceType: 'm7g.large', stateFrom: 'snap-0123456789abcdef0' },
    egress: [{ id: 'news', host: 'example.com', methods: ['GET', 'HEAD'], paths: ['/news/*'] }],
    budget: { monthlyUsd: 100 },
  },
  images: { agentHost: 'ami-0123456789abcdef0', proxyBox: 'ami-0123456789abcdef1' },
});

app.synth();
