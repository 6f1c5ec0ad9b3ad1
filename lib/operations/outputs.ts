import { OUTPUTS, outputName, PEOPLE, personOutputs } from '../../constructs/names';
import type { Airlock } from '../config/model';
import { type Aws, unlessRefused } from './aws';
import { notHere } from './not-here';
import { isMissingStack } from './stack-resources';

export interface OutputsInput {
  readonly airlock: Airlock;
  /** One agent's, which need not be in the configuration any more. @default every agent of the configuration */
  readonly agent?: string;
  readonly aws: Aws;
}

export type OutputsResult =
  | {
      readonly reason: 'found';
      readonly stack: string;
      /** CloudFormation's word, such as `UPDATE_COMPLETE`. */
      readonly status: string;
      /** By agent, then by what it is: `scout`, `HostId`. */
      readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
      /** ARNs of the policies of each person, the operator's second as `operator-2`; empty when one agent is asked for. */
      readonly policies: Readonly<Record<string, string>>;
    }
  | { readonly reason: 'not-deployed' | 'no-such-agent' | 'aws'; readonly message: string };

/** What the deployed stack says of its machines, volumes and logs. */
export async function outputsOf({ airlock, agent, aws }: OutputsInput): Promise<OutputsResult> {
  const { name } = airlock;
  const found = await unlessRefused(
    () => aws.find('cloudformation:DescribeStacks', { StackName: name }, isMissingStack),
    (message) => ({ reason: 'aws', message }) as const,
  );
  if (found && 'reason' in found) return found;
  const stack = found?.Stacks?.[0];
  if (stack === undefined) {
    return {
      reason: 'not-deployed',
      message: `there is no stack ${name}: ${notHere(aws.region)}`,
    };
  }
  const values = new Map(
    (stack.Outputs ?? []).map(({ OutputKey, OutputValue = '' }) => [OutputKey, OutputValue]),
  );
  const agents = agent === undefined ? airlock.agents.map((each) => each.name) : [agent];
  const outputs = Object.fromEntries(
    agents.flatMap((each) => {
      const own = OUTPUTS.map((what) => [what, values.get(outputName(each, what))] as const);
      const there = own.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined);
      return there.length > 0 ? [[each, Object.fromEntries(there)]] : [];
    }),
  );
  const status = stack.StackStatus ?? 'in an unknown state';
  const policies = Object.fromEntries(
    (agent === undefined ? PEOPLE : []).flatMap((person) =>
      personOutputs(person).flatMap((output, index) => {
        const arn = values.get(output);
        return arn === undefined ? [] : [[index === 0 ? person : `${person}-${index + 1}`, arn]];
      }),
    ),
  );
  if (Object.keys(outputs).length > 0) return { reason: 'found', stack: name, status, outputs, policies };
  const whose = agent ?? 'any agent of the configuration';
  return {
    reason: 'no-such-agent',
    message: `the deployed stack ${name} (${status}) has no outputs of ${whose}: deploy it, or correct the name`,
  };
}
