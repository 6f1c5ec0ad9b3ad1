import type { Machine } from './machine';
import { HOUR, MINUTE } from './period';
import type { Seen } from './seen';

/** Minutes between two looks. */
export const LOOK_MINUTES = 5;

/** What AWS says when it is asked. */
export interface CloudFacts {
  readonly machines: readonly Machine[];
  /** Machines that fail EC2's status checks, and since when. */
  readonly impaired: readonly { readonly id: string; readonly since: number }[];
  /** Errors of flow logs that AWS can't deliver. */
  readonly undelivered: readonly string[];
  /** Mean CPU of the last hour by machine, in percent. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Whether this look is the first of its hour. */
export function isHourly(now: number): boolean {
  return now % HOUR < LOOK_MINUTES * MINUTE;
}

/** What is wrong now, told when it begins and then once an hour. Pure. */
export function seenInCloud(facts: CloudFacts, cpuLimit: (agent: string) => number, now: number): Seen[] {
  const { machines, impaired, undelivered, cpu } = facts;
  const machineOf = (id: string) => machines.find((machine) => machine.id === id);
  const isNews = (since: number) => isHourly(now) || now - since < 2 * LOOK_MINUTES * MINUTE;
  return [
    ...impaired.flatMap(({ id, since }): Seen[] => {
      const machine = machineOf(id);
      const saw = `${id} fails the status checks of EC2 since ${new Date(since).toISOString()}`;
      return machine && isNews(since) ? [{ signal: 'machine-down', agent: machine.agent, at: now, saw }] : [];
    }),
    ...undelivered
      .filter(() => isHourly(now))
      .map((saw): Seen => ({ signal: 'flow-logs-undelivered', at: now, saw })),
    ...Object.entries(cpu).flatMap(([id, percent]): Seen[] => {
      const agent = machineOf(id)?.agent;
      if (agent === undefined || percent <= cpuLimit(agent)) return [];
      return [
        { signal: 'cpu-pegged', agent, at: now, saw: `${percent.toFixed(0)} % on average for an hour` },
      ];
    }),
  ];
}
