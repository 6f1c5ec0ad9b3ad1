import { isRecord, jsonIn } from '../json';

/** For each agent whose switch is on, the names of the alarms, budgets and signals that contain it. */
export type Switches = Readonly<
  Record<
    string,
    {
      readonly alarms: readonly string[];
      readonly budgets: readonly string[];
      readonly signals: readonly string[];
    }
  >
>;

/** An agent to contain, and why. */
export interface Trigger {
  readonly agent: string;
  readonly by: string;
}

/**
 * The agents that a message of Amazon SNS asks to contain. A message of another topic, of an alarm of another account or
 * Region, or about an alarm, budget or signal that no switch names, asks for nobody: what it says is never taken as an agent's
 * name.
 *
 * @param topic ARN of the topic that contains
 */
export function triggersOf(message: unknown, topic: string, switches: Switches): readonly Trigger[] {
  if (!isRecord(message) || message.TopicArn !== topic || typeof message.Message !== 'string') return [];
  const alarm = alarmOf(message.Message);
  const agents = Object.entries(switches);
  if (alarm === undefined) {
    const text = message.Message;
    return agents.flatMap(([agent, { budgets }]) => {
      const spent = budgets.find((name) => mentions(text, name));
      return spent === undefined ? [] : [{ agent, by: `the budget ${spent}, which is spent` }];
    });
  }
  const { AlarmArn: arn, AlarmName: name, NewStateValue: state, signal } = alarm;
  // Of the watch function, which names the agent. A name without a switch for that signal contains nobody.
  if (typeof signal === 'string')
    return agents
      .filter(([agent, { signals }]) => agent === alarm.agent && signals.includes(signal))
      .map(([agent]) => ({ agent, by: `the signal ${signal}` }));
  if (state !== 'ALARM' || placeOf(arn) !== placeOf(topic)) return [];
  return agents
    .filter(([, { alarms }]) => alarms.some((each) => each === name))
    .map(([agent]) => ({ agent, by: `the alarm ${String(name)}` }));
}

/** Alarms and signals are sent as JSON; AWS Budgets writes a text for people. */
function alarmOf(message: string): Record<string, unknown> | undefined {
  const read = jsonIn(message);
  return isRecord(read) || read === undefined ? read : {};
}

/** Region and account of an ARN. */
function placeOf(arn: unknown): string {
  return typeof arn === 'string' ? arn.split(':').slice(3, 5).join(':') : '';
}

/** Whether the text has this whole name: `airlock.eu-north-1` isn't named by `airlock.eu-north-1.scout`. */
function mentions(text: string, name: string): boolean {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])${literal}(?![\\w-]|\\.\\w)`, 'u').test(text);
}
