import { TAG_PART } from '../../../constructs/names';
import type { Machine } from '../network/model';
import { isOutside } from '../network/volumes';
import type { Violation } from '../report';
import type { Resource, Template } from '../template/template';
import { field, items, Reference, textOf, type Value } from '../template/value';
import type { Invariant } from './context';

/** The state volume outlives its host and the stack, and is backed up daily. */
export const vol2: Invariant = {
  id: 'VOL-2',
  check: ({ network, agentHosts }) => agentHosts.flatMap((host) => checkHost(network.template, host)),
};

const KEPT = ['Retain', 'RetainExceptOnCreate'];

function checkHost(template: Template, host: Machine): Violation[] {
  const volumes = host.volumes
    .map((id) => template.find(id))
    .filter(
      (volume) => volume?.type === 'AWS::EC2::Volume' && volume.tag(TAG_PART) === 'state',
    ) as Resource[];
  const outside = host.volumes.filter(isOutside);
  if (volumes.length + outside.length === 0) {
    return [violation(host.id, `${host.id} has no state volume`, `attach a volume tagged ${TAG_PART}=state`)];
  }
  // A volume from outside the template outlives the stack by itself.
  return [
    ...outside.flatMap((id) => checkSaved(template, host.id, { id, inArn: id, tag: () => undefined })),
    ...volumes.flatMap((volume) => checkVolume(template, volume)),
  ];
}

function checkVolume(template: Template, volume: Resource): Violation[] {
  const found: Violation[] = [];
  for (const [name, policy] of [
    ['DeletionPolicy', volume.raw.deletionPolicy],
    ['UpdateReplacePolicy', volume.raw.updateReplacePolicy],
  ] as const) {
    if (!KEPT.includes(String(policy))) {
      found.push(
        violation(
          volume.id,
          `${volume.id} does not outlive the stack: its ${name} is ${policy ?? 'not set'}`,
          `set ${name} to Retain`,
        ),
      );
    }
  }
  const inArn = `\${${volume.id}}`;
  found.push(...checkSaved(template, volume.id, { id: volume.id, inArn, tag: (name) => volume.tag(name) }));
  return found;
}

/** The properties by which a backup selection may choose a volume. */
interface Saved {
  readonly id: string;
  /** Its name in a literal ARN. */
  readonly inArn: string;
  readonly tag: (name: string) => string | undefined;
}

function checkSaved(template: Template, resource: string, volume: Saved): Violation[] {
  const isSaved = template
    .ofType('AWS::Backup::BackupSelection')
    .some((selection) => backsUp(template, selection, volume));
  return isSaved
    ? []
    : [
        violation(
          resource,
          `${volume.id} is not backed up daily`,
          'select it in a backup plan with a daily rule',
        ),
      ];
}

function backsUp(template: Template, selection: Resource, volume: Saved): boolean {
  const plan = template.referred(selection.get('BackupPlanId'), 'AWS::Backup::BackupPlan');
  const rules = items(field(plan?.get('BackupPlan'), 'BackupPlanRule'));
  if (!selection.certain || !rules.some((rule) => isDaily(textOf(field(rule, 'ScheduleExpression')))))
    return false;
  const selected = selection.get('BackupSelection');
  const resources = items(field(selected, 'Resources'));
  const tags = items(field(selected, 'ListOfTags'));
  if (resources.length === 0 && tags.length === 0) return false;
  // AWS's documentation doesn't say which counts when both are given: both must hold.
  return (
    (resources.length === 0 || resources.some((each) => namesVolume(each, volume))) &&
    (tags.length === 0 ||
      tags.some((each) => hasTag(volume, field(each, 'ConditionKey'), field(each, 'ConditionValue')))) &&
    conditionsHold(volume, field(selected, 'Conditions'))
  );
}

function conditionsHold(volume: Saved, conditions: Value): boolean {
  const equals = items(field(conditions, 'StringEquals'));
  const others = ['StringLike', 'StringNotEquals', 'StringNotLike'].flatMap((name) =>
    items(field(conditions, name)),
  );
  return (
    others.length === 0 &&
    equals.every((each) => hasTag(volume, field(each, 'ConditionKey'), field(each, 'ConditionValue')))
  );
}

function hasTag(volume: Saved, key: Value, value: Value): boolean {
  const name = textOf(key)?.replace(/^aws:ResourceTag\//, '');
  return name !== undefined && textOf(value) !== undefined && volume.tag(name) === textOf(value);
}

function namesVolume(value: Value, volume: Saved): boolean {
  if (value instanceof Reference) return value.id === volume.id;
  const text = textOf(value) ?? '';
  return text === '*' || text.endsWith(`:volume/${volume.inArn}`) || text.endsWith(':volume/*');
}

/** At least once a day: `rate` up to a day, or a cron expression that runs on every day of every month. */
function isDaily(schedule: string | undefined): boolean {
  if (schedule === undefined) return false;
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule);
  if (rate !== null) return Number(rate[1]) * (rate[2] === 'day' ? 24 : 1) <= 24;
  const cron = /^cron\((.+)\)$/.exec(schedule)?.[1]?.split(/\s+/);
  if (cron === undefined || cron.length !== 6) return false;
  const [, , day, month, weekday, year] = cron;
  return (
    ['*', '?'].includes(day ?? '') && month === '*' && ['*', '?'].includes(weekday ?? '') && year === '*'
  );
}

function violation(resource: string, message: string, fix: string): Violation {
  return { invariant: 'VOL-2', resource, message, fix };
}
