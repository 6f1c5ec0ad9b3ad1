import type { Filter, Instance, Tag } from '@aws-sdk/client-ec2';
import type { Aws } from './aws';

export function tagOf(tags: readonly Tag[] | undefined, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}

/** Filters for what carries all of these tags. */
export function tagFilters(tags: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

/** Filters instead of ids, because an id that isn't there fails the whole call. @param Name such as `volume-id` */
export function byId(Name: string, ...ids: readonly string[]) {
  return { Filters: [{ Name, Values: [...new Set(ids)] }] };
}

/** Leaves out terminated machines, which EC2 lists for an hour more (EC2 user guide). */
export const NOT_TERMINATED: Filter = {
  Name: 'instance-state-name',
  Values: ['pending', 'running', 'stopping', 'stopped'],
};

export function instancesOf(aws: Aws, Filters: Filter[]): Promise<Instance[]> {
  return aws.list('ec2:DescribeInstances', { Filters }, ({ Reservations }) =>
    Reservations?.flatMap(({ Instances = [] }) => Instances),
  );
}
