import { STATE_ATTACHMENT_TYPE, TAG_AGENT, TAG_PART } from '../../constructs/names';
import { tagOf } from '../guardrails/template/tags';
import { readDocument } from '../reach/template/document';
import { type Resource, Template } from '../reach/template/template';
import { booleanOf, field, integerOf, items, textOf, type Value } from '../reach/template/value';
import { FREE_TYPES } from './free-types';
import {
  addressItems,
  alarmItems,
  archiveItems,
  auditLogItems,
  dashboardItems,
  dnsDomainItems,
  flowLogItems,
  type Item,
  journalItems,
  keyItems,
  machineItems,
  natGatewayItems,
  type Part,
  reviewItems,
  snapshotItems,
  stateVolumeItems,
  transitGatewayItems,
  unknownItems,
  watchItems,
} from './item';
import { metricsOf } from './metrics';

export type TemplateItems =
  | {
      readonly ok: true;
      readonly items: readonly Item[];
      /** Resource types without a known price: their cost is in no total. */
      readonly unknownTypes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** All costs of a template; the tags name the owner of each. */
export function itemsOfTemplate(raw: unknown): TemplateItems {
  const read = readDocument(raw);
  if (!read.ok) return read;
  const template = new Template(read.document);
  const unknown = template.resources.filter(
    ({ type }) => readerOf(type) === undefined && !Object.hasOwn(FREE_TYPES, type),
  );
  return {
    ok: true,
    items: [
      ...template.resources.flatMap((resource) => readerOf(resource.type)?.(resource, template) ?? []),
      ...metricsOf(template),
    ],
    unknownTypes: [...new Set(unknown.map(({ type }) => type))].sort(),
  };
}

type Reader = (resource: Resource, template: Template) => readonly Item[];

const READERS: Readonly<Record<string, Reader>> = {
  'AWS::Backup::BackupSelection': snapshots,
  'AWS::CloudWatch::Alarm': alarms,
  'AWS::CloudWatch::Dashboard': dashboardItems,
  'AWS::EC2::EIP': (address) => addressItems(agentOf(address)),
  'AWS::EC2::FlowLog': (log, template) =>
    flowLogItems(template.ofType('AWS::EC2::Instance').length, retentionOf(template, log)),
  'AWS::EC2::Instance': (instance) => machineItems(agentOf(instance), machineOf(instance)),
  'AWS::EC2::NatGateway': (_, template) => natGatewayItems(proxyBoxes(template)),
  'AWS::EC2::TransitGatewayAttachment': (_, template) => transitGatewayItems(proxyBoxes(template)),
  'AWS::EC2::Volume': (volume) =>
    stateVolumeItems(agentOf(volume), volumeType(volume.get('VolumeType')), integerOf(volume.get('Size'))),
  // Free by themselves: the one with a schedule calls the watch function.
  'AWS::Events::Rule': (rule, template) =>
    rule.get('ScheduleExpression') === undefined
      ? []
      : watchItems(template.ofType('AWS::EC2::Instance').length - proxyBoxes(template)),
  'AWS::KMS::Key': (key) => keyItems(agentOf(key), booleanOf(key.get('EnableKeyRotation')) === true),
  // A group without an agent holds flow logs, which the flow log counts, or very little.
  'AWS::Logs::LogGroup': (group, template) => {
    const agent = agentOf(group);
    if (agent === undefined) return [];
    const days = integerOf(group.get('RetentionInDays'));
    return [
      ...auditLogItems(agent, days),
      ...(takesJournal(template, agent) ? journalItems(agent, days) : []),
      ...(isReviewed(template) ? reviewItems(agent) : []),
    ];
  },
  'AWS::Route53Resolver::FirewallDomainList': (list) => dnsDomainItems(items(list.get('Domains')).length),
  'AWS::S3::Bucket': archived,
  'AWS::SSM::Parameter': (parameter) =>
    [undefined, 'Standard'].includes(textOf(parameter.get('Tier')))
      ? []
      : unknownItems(agentOf(parameter), 'parameter beyond the Standard tier'),
  [STATE_ATTACHMENT_TYPE]: keptVolume,
};

/** A template may contain any type, `constructor` included. */
function readerOf(type: string): Reader | undefined {
  return Object.hasOwn(READERS, type) ? READERS[type] : undefined;
}

/** Whether the watch function sends a weekly review. */
function isReviewed(template: Template): boolean {
  return template
    .ofType('AWS::Lambda::Function')
    .some((each) => field(field(each.get('Environment'), 'Variables'), 'REVIEW') !== undefined);
}

/** By the agent's policy, whose parts follow each other. */
function takesJournal(template: Template, agent: string): boolean {
  const policy = template
    .ofType('AWS::SSM::Parameter')
    .filter((parameter) => agentOf(parameter) === agent)
    .map((parameter) => textOf(parameter.get('Value')) ?? '')
    .join('');
  return !/ front: [^\n]*\bjournal: false\b/.test(policy);
}

/** AWS bills an alarm for each of its metrics, and more for a period of less than a minute. */
function alarms(alarm: Resource): readonly Item[] {
  const metrics = items(alarm.get('Metrics'));
  const periods = [alarm.get('Period'), ...metrics.map((each) => field(field(each, 'MetricStat'), 'Period'))];
  return periods.some((period) => (integerOf(period) ?? 60) < 60)
    ? unknownItems(agentOf(alarm), 'alarm of high resolution')
    : alarmItems(agentOf(alarm), Math.max(1, metrics.length));
}

/** The archive: each proxy box puts files there, which are kept as long as they are locked. */
function archived(bucket: Resource, template: Template): readonly Item[] {
  const lock = field(field(bucket.get('ObjectLockConfiguration'), 'Rule'), 'DefaultRetention');
  return template
    .ofType('AWS::EC2::Instance')
    .filter((instance) => tagOf(instance, TAG_PART) === 'proxy-box')
    .flatMap((box) => archiveItems(agentOf(box), integerOf(field(lock, 'Days'))));
}

function agentOf(resource: Resource): string | undefined {
  return tagOf(resource, TAG_AGENT);
}

function machineOf(instance: Resource) {
  const part: Part = tagOf(instance, TAG_PART) === 'proxy-box' ? 'proxy-box' : 'agent-host';
  const disks = items(instance.get('BlockDeviceMappings')).flatMap((mapping) => {
    const ebs = field(mapping, 'Ebs');
    return ebs === undefined
      ? []
      : [{ type: volumeType(field(ebs, 'VolumeType')), gib: integerOf(field(ebs, 'VolumeSize')) }];
  });
  const detailedMonitoring = booleanOf(instance.get('Monitoring')) === true;
  const type = textOf(instance.get('InstanceType')) ?? 'of an unknown type';
  return { part, type, disks, detailedMonitoring };
}

/** gp2 is EC2's default. */
function volumeType(value: Value): string {
  return value === undefined ? 'gp2' : (textOf(value) ?? 'of an unknown type');
}

function proxyBoxes(template: Template): number {
  return template.ofType('AWS::EC2::Instance').filter((instance) => tagOf(instance, TAG_PART) === 'proxy-box')
    .length;
}

/** Every volume that a selection names, over the days for which the longest rule of its plan keeps a snapshot. */
function snapshots(selection: Resource, template: Template): readonly Item[] {
  const chosen = selection.get('BackupSelection');
  const named = JSON.stringify(selection.raw.properties);
  const plan = template.referred(selection.get('BackupPlanId'), 'AWS::Backup::BackupPlan');
  const rules = items(field(plan?.get('BackupPlan'), 'BackupPlanRule'));
  const days = rules.map((rule) => integerOf(field(field(rule, 'Lifecycle'), 'DeleteAfterDays')));
  const kept = days.includes(undefined) ? undefined : Math.max(0, ...(days as number[]));
  return chosen === undefined
    ? []
    : template
        .ofType('AWS::EC2::Volume')
        .filter(({ id }) => named.includes(`{"Ref":${JSON.stringify(id)}}`))
        .flatMap((volume) => snapshotItems(agentOf(volume), integerOf(volume.get('Size')), kept));
}

/** A state volume that is older than the stack: no template contains its size. */
function keptVolume(attachment: Resource): readonly Item[] {
  const [, agent] = textOf(attachment.get('Cell'))?.split('/') ?? [];
  return textOf(attachment.get('VolumeId')) === undefined
    ? []
    : [...stateVolumeItems(agent, 'gp3', undefined), ...snapshotItems(agent, undefined, undefined)];
}

/** The retention of the log group that a flow log names by reference or by text. */
function retentionOf(template: Template, log: Resource): number | undefined {
  const named = log.get('LogGroupName') ?? log.get('LogDestination');
  const group =
    template.referred(named, 'AWS::Logs::LogGroup') ??
    template.ofType('AWS::Logs::LogGroup').find((each) => textOf(each.get('LogGroupName')) === textOf(named));
  return integerOf(group?.get('RetentionInDays'));
}
