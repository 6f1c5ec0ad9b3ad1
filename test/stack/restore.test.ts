import { fullDiff } from '@aws-cdk/cloudformation-diff';
import { STATE_ATTACHMENT_TYPE, TAG_PART } from '../../constructs/names';
import type { Airlock } from '../../lib/config/model';
import { judge } from '../../lib/guardrails';
import { reach } from '../../lib/reach';
import { kitAirlock } from '../support/arbitrary-airlock';
import { pinned, type StackTemplate, templateOf } from './synthesise';

const BASE = pinned(kitAirlock());

function restored(stateFrom?: string): Airlock {
  const agents = BASE.agents.map((agent) =>
    agent.name === 'scout' ? { ...agent, host: { ...agent.host, stateFrom } } : agent,
  );
  return { ...BASE, agents };
}

const VOLUME = 'vol-0123456789abcdef0';
const SNAPSHOT = 'snap-0123456789abcdef0';
const TEMPLATES = {
  blank: templateOf(restored()),
  volume: templateOf(restored(VOLUME)),
  snapshot: templateOf(restored(SNAPSHOT)),
  point: templateOf(restored(`arn:aws:ec2:us-east-1::snapshot/${SNAPSHOT}`)),
  later: templateOf(restored('snap-0fedcba9876543210')),
};

const volumesOf = ({ Resources }: StackTemplate) =>
  Object.entries(Resources).filter(([id, { Type }]) => Type === 'AWS::EC2::Volume' && id.startsWith('scout'));

/** What the agent's host is given, as its attachment says. */
function attached({ Resources }: StackTemplate): unknown {
  const attachment = Object.entries(Resources).find(
    ([id, { Type }]) => Type === STATE_ATTACHMENT_TYPE && id.startsWith('scout'),
  );
  return attachment?.[1].Properties.VolumeId;
}

function notSeen(template: StackTemplate) {
  const result = reach(template);
  if (!result.ok) throw new Error(result.problems.join());
  return result.report.notModelled;
}

const selected = ({ Resources }: StackTemplate) =>
  JSON.stringify(Object.values(Resources).find(({ Type }) => Type === 'AWS::Backup::BackupSelection'));

describe('VOL-1 VOL-2 an agent is restored by one line', () => {
  test.each(['snapshot', 'point'] as const)(
    'from a %s: a volume of it, under the agent’s key, retained and backed up',
    (kind) => {
      const template = TEMPLATES[kind];
      const [[id, volume] = ['', undefined], ...others] = volumesOf(template);
      expect(others).toEqual([]);
      expect(volume).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          SnapshotId: SNAPSHOT,
          Size: 50,
          Encrypted: true,
          KmsKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^scoutKey/), 'Arn'] },
          Tags: expect.arrayContaining([{ Key: TAG_PART, Value: 'state' }]),
        },
      });
      expect(attached(template)).toEqual({ Ref: id });
      expect(selected(template)).toContain(id);
      expect(judge(template)).toEqual([]);
      expect(notSeen(template)).toEqual([]);
    },
  );

  test('from a volume: it is attached as it is and backed up, and what can’t be seen of it is said', () => {
    const template = TEMPLATES.volume;
    expect(volumesOf(template)).toEqual([]);
    expect(attached(template)).toBe(VOLUME);
    expect(selected(template)).toContain(`:volume/${VOLUME}`);
    expect(judge(template)).toEqual([]);
    expect(notSeen(template).map(({ why }) => why)).toEqual([
      expect.stringMatching(/^volume vol-0123456789abcdef0 is in no template: its key, its size/),
    ]);
  });

  test('a volume that is in no backup plan is seen', () => {
    const template = structuredClone(TEMPLATES.volume);
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === 'AWS::Backup::BackupSelection') {
        const { BackupSelection } = Properties;
        BackupSelection.Resources = BackupSelection.Resources.filter(
          (each: unknown) => !JSON.stringify(each).includes(VOLUME),
        );
      }
    }
    const result = reach(template);
    expect(result.ok && result.report.violations).toEqual([
      expect.objectContaining({ invariant: 'VOL-2', message: `${VOLUME} is not backed up daily` }),
    ]);
  });
});

describe('CHG-1 a later edit of that line', () => {
  const names = Object.keys(TEMPLATES) as (keyof typeof TEMPLATES)[];
  const edits = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

  // CloudFormation doesn't change the snapshot of a volume ("Updates are not supported"): such an update would fail.
  test.each(edits)('%s to %s changes no volume and deletes none', (from, to) => {
    const diff = fullDiff(TEMPLATES[from], TEMPLATES[to]);
    diff.resources.forEachDifference((id, difference) => {
      if ((difference.oldResourceType ?? difference.newResourceType) !== 'AWS::EC2::Volume') return;
      expect({ id, isUpdate: difference.isUpdate }).toEqual({ id, isUpdate: false });
      if (difference.isRemoval) {
        expect(TEMPLATES[from].Resources[id]?.DeletionPolicy).toBe('RetainExceptOnCreate');
      }
    });
  });

  test('the same snapshot by its recovery point is no change at all', () => {
    expect(fullDiff(TEMPLATES.snapshot, TEMPLATES.point).differenceCount).toBe(0);
  });

  test.each(['volume', 'snapshot'] as const)(
    'taking it away asks the attachment, which refuses a blank volume: %s',
    (from) => {
      const diff = fullDiff(TEMPLATES[from], TEMPLATES.blank);
      const changed: string[] = [];
      diff.resources.forEachDifference((_, difference) => {
        const { oldResourceType, newResourceType, isAddition, propertyUpdates } = difference;
        // An instance that waits for another volume is not touched by that.
        if (isAddition || Object.keys(propertyUpdates).length > 0) {
          changed.push(newResourceType ?? oldResourceType ?? '');
        }
      });
      expect(changed.sort()).toEqual([
        'AWS::Backup::BackupSelection',
        'AWS::EC2::Volume',
        STATE_ATTACHMENT_TYPE,
      ]);
      expect(attached(TEMPLATES.blank)).not.toEqual(attached(TEMPLATES[from]));
    },
  );
});
