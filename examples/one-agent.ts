import { AgentCell, AirlockEnvironment } from 'agent-airlock';
import { App, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';

/** One agent in its own app: it reads the issues of one repository, and an alarm tells of many refused requests. */
const app = new App();
const stack = new Stack(app, 'triage', { env: { region: 'eu-west-1' }, terminationProtection: true });

const environment = new AirlockEnvironment(stack, 'Environment', {
  notify: ['security@example.com'],
  budget: { monthlyUsd: 120 },
  mirrors: { apt: 'https://mirror.example.com/debian', npm: 'https://npm.example.com' },
});

const triage = new AgentCell(stack, 'Triage', {
  environment,
  agent: {
    name: 'triage',
    runtime: 'claude-code',
    role: 'reader',
    owner: 'devrel@example.com',
    host: { instanceType: 't4g.large' },
    egress: [
      { preset: 'anthropic' },
      { preset: 'claude-code-install' },
      { preset: 'debian-updates' },
      {
        id: 'issues',
        host: 'api.github.com',
        methods: ['GET'],
        paths: ['/repos/acme/widgets/issues/*'],
        secret: 'github-read-pat',
      },
    ],
    secrets: {
      'github-read-pat': { inject: { header: 'Authorization', formatter: 'Bearer {{ .Value }}' } },
    },
    budget: { monthlyUsd: 100 },
  },
});

new Alarm(stack, 'ManyRefusals', {
  metric: triage.metricRefusals(),
  threshold: 100,
  evaluationPeriods: 1,
}).addAlarmAction({ bind: () => ({ alarmActionArn: environment.alerts.topic.topicArn }) });

app.synth();
