const FIELDS = [
  'Namespace',
  'MetricName',
  'Statistic',
  'Unit',
  'Period',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'ComparisonOperator',
  'Threshold',
  'TreatMissingData',
];
const ACTIONS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];

interface Dimension {
  readonly Name?: string;
  readonly Value?: string;
}

/**
 * What an alarm watches and whom it tells, as texts: the same for what CloudWatch describes and for what a template says.
 *
 * @param of a property, by CloudWatch's name for it
 */
export function alarmTexts(of: (property: string) => unknown): string[] {
  const listed = (property: string) => (of(property) as readonly unknown[] | undefined) ?? [];
  return [
    ...FIELDS.flatMap((name) => (of(name) === undefined ? [] : `${name} ${of(name)}`)),
    ...listed('Dimensions').map((each) => `${(each as Dimension).Name} ${(each as Dimension).Value}`),
    ...ACTIONS.flatMap((name) => listed(name).map((target) => `${name} ${target}`)),
  ];
}
