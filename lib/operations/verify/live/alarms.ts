import type { Aws } from '../../aws';
import { alarmTexts } from '../alarm-text';

/** DescribeAlarms takes a hundred names a call (CloudWatch API reference). */
const BATCH = 100;

export async function alarmsOf(aws: Aws, names: readonly string[]) {
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, index) =>
    names.slice(index * BATCH, (index + 1) * BATCH),
  );
  const found = await Promise.all(
    batches.map((AlarmNames) =>
      aws.list('cloudwatch:DescribeAlarms', { AlarmNames }, ({ MetricAlarms }) => MetricAlarms),
    ),
  );
  return found.flat().map((alarm) => ({
    name: alarm.AlarmName ?? '',
    texts: alarmTexts((property) => alarm[property as keyof typeof alarm]),
    /** Whether it tells anybody when it goes off. */
    acts: alarm.ActionsEnabled === true,
    /** CloudWatch's word, such as `OK`. */
    state: alarm.StateValue ?? 'in no state',
  }));
}
