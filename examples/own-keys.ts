import { AgentCell, type AgentSettings, AirlockEnvironment } from 'agent-airlock';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';

/** Several agents: keys that the team made, a boundary around every role, a role that sets secrets and reads the logs. */
const app = new App();
const stack = new Stack(app, 'agents', { env: { region: 'us-east-1' }, terminationProtection: true });
const key = (id: string) =>
  new Key(stack, id, { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });

const environment = new AirlockEnvironment(stack, 'Environment', {
  notify: ['security@example.com'],
  budget: { monthlyUsd: 300 },
  network: { cidr: '10.80.0.0/20', dns: 'off', egress: 'nat-gateway' },
  access: 'none',
  permissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
  tags: { 'cost-center': '1234' },
  key: key('SharedKey'),
});

const operators = new Role(stack, 'Operators', { assumedBy: new AccountRootPrincipal() });

for (const name of ['north', 'south']) {
  const agent: AgentSettings = {
    name,
    runtime: 'codex',
    role: 'operator',
    owner: `${name}@example.com`,
    host: { instanceType: 't4g.large', rootGiB: 40, stateGiB: 100 },
    egress: [
      { preset: 'openai' },
      {
        id: 'notes',
        host: 'api.github.com',
        methods: ['PATCH'],
        paths: [`/repos/acme/${name}/releases/*`],
        secret: 'github-pat',
        risk: 'medium',
      },
    ],
    secrets: { 'github-pat': { inject: { header: 'Authorization', formatter: 'Bearer {{ .Value }}' } } },
    budget: { monthlyUsd: 120 },
  };
  const cell = new AgentCell(stack, name, { environment, agent, key: key(`${name}Key`) });
  cell.grantPutSecrets(operators);
  cell.grantReadAudit(operators);
}

app.synth();
