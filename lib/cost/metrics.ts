import { TAG_AGENT } from '../../constructs/names';
import { tagOf } from '../guardrails/template/tags';
import type { Resource, Template } from '../reach/template/template';
import { field, items, textOf, type Value } from '../reach/template/value';
import { type Item, metricItems } from './item';

/**
 * The custom metrics of a template, from its filters and from its alarms outside AWS's namespaces. No template names a
 * metric that a machine writes and no alarm watches.
 */
export function metricsOf(template: Template): Item[] {
  const owners = new Map<string, string | undefined>();
  for (const alarm of template.ofType('AWS::CloudWatch::Alarm')) {
    for (const metric of watched(alarm)) {
      if (metric !== undefined) owners.set(metric, owners.get(metric) ?? tagOf(alarm, TAG_AGENT));
    }
  }
  for (const filter of template.ofType('AWS::Logs::MetricFilter')) {
    for (const made of items(filter.get('MetricTransformations'))) {
      const metric = nameOf(
        field(made, 'MetricNamespace'),
        field(made, 'MetricName'),
        field(made, 'Dimensions'),
      );
      if (metric !== undefined && !owners.has(metric)) owners.set(metric, undefined);
    }
  }
  return [...owners.values()].flatMap(metricItems);
}

function watched(alarm: Resource): (string | undefined)[] {
  const single = nameOf(alarm.get('Namespace'), alarm.get('MetricName'), alarm.get('Dimensions'));
  const several = items(alarm.get('Metrics')).map((each) => {
    const metric = field(field(each, 'MetricStat'), 'Metric');
    return nameOf(field(metric, 'Namespace'), field(metric, 'MetricName'), field(metric, 'Dimensions'));
  });
  return [single, ...several];
}

/** AWS bills each combination of namespace, name and dimensions once; its own namespaces are free. */
function nameOf(namespace: Value, name: Value, dimensions: Value): string | undefined {
  const space = textOf(namespace);
  return space === undefined || space.startsWith('AWS/')
    ? undefined
    : JSON.stringify([space, textOf(name), dimensions ?? []]);
}
