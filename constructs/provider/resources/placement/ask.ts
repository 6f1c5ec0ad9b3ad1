import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { refusalOf } from '../../function/refusal';

/** @throws Refusal that names the call and quotes nothing */
export async function ask<T>(action: string, subject: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw refusalOf(action, subject, error);
  }
}

/** Machines with this tag that are not terminated. */
export async function machinesTagged(
  ec2: Pick<EC2Client, 'send'>,
  tag: string,
  value: string,
  abortSignal: AbortSignal,
): Promise<Instance[]> {
  const found: Instance[] = [];
  let NextToken: string | undefined;
  do {
    const command: DescribeInstancesCommand = new DescribeInstancesCommand({
      Filters: [
        { Name: `tag:${tag}`, Values: [value] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ],
      NextToken,
    });
    const page = await ask('ec2:DescribeInstances', value, () => ec2.send(command, { abortSignal }));
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
