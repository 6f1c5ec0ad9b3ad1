import { type OutputsResult, outputsOf } from '../../operations/outputs';
import { command } from '../command';
import { AWS_OPTIONS, type AwsOptions } from '../options';
import { orError, respond } from '../respond';
import { table } from '../table';
import { withAirlock, withAwsOfStack } from '../with-airlock';

const views = orError<OutputsResult>({
  lines: (result, { colours, columns }) => {
    const rows = Object.entries(result.outputs).flatMap(([agent, outputs]) =>
      Object.entries(outputs).map(([what, value]) => [agent, what, value]),
    );
    const policies = Object.entries(result.policies).map(([person, arn]) => ['policy of the', person, arn]);
    return [
      colours.dim(`${result.stack}: ${result.status}`),
      ...table(rows, '', columns),
      ...table(policies, '', columns),
    ];
  },
});

export const registerOutputs = command('outputs [agent]', {
  summary: 'print the ids of the deployed machines, volumes and logs',
  description:
    "Prints each agent's outputs of the deployed stack: HostId (the agent host), ProxyId (the proxy box), StateId (the state volume) and AuditLog (the log group with every request). Without an agent, also the ARNs of the policies for operator, approver and secrets officer.",
  options: AWS_OPTIONS,
  notes: 'Needs AWS credentials that may describe the stack (docs/PERMISSIONS.md).',
  examples: ['airlock outputs', 'airlock outputs scout --json | jq -r .outputs.scout.HostId'],
  exitCodes: "0 printed, 1 the stack isn't deployed, or has nothing of that agent, or AWS gave no answer.",
  run: (context, agent: string | undefined, options: AwsOptions) =>
    withAirlock(context, options, async (airlock) => {
      const aws = await withAwsOfStack(context, options, airlock);
      if (aws === undefined) return;
      respond(context, await outputsOf({ airlock, agent, aws }), views);
    }),
});
