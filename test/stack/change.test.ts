import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { App } from 'aws-cdk-lib';
import { TAG_PART } from '../../constructs/names';
import { AirlockStack } from '../../lib/airlock-stack';
import { shippedAirlock } from '../support/arbitrary-airlock';
import { EDITS, type Edit, POLICY_EDITS, REPLACING_EDITS, withoutScout } from './edits';
import { pinned, type StackTemplate, templateOf } from './synthesise';

/** What holds an agent's work, its secrets or its record, or is a machine. */
const KEPT = ['AWS::EC2::Instance', 'AWS::EC2::Volume', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'Custom::AirlockAgentSecrets'];

/**
 * The diff can't know which of two ways an update goes. The reference of `AWS::EC2::Instance` can: for these two, an
 * instance whose root volume is on EBS is stopped and started ("Some interruptions"), and only one whose root is on
 * an instance store is replaced. Debian's and Amazon Linux's images have their roots on EBS.
 */
const STOPS_AND_STARTS = ['UserData', 'InstanceType'];

/**
 * What CloudFormation may replace beside them. It creates before it deletes, so none of these may have a name that
 * stays the same: `[type, the property with the name]`.
 */
const REPLACEABLE: Readonly<Record<string, readonly string[] | undefined>> = {
  'AWS::Backup::BackupSelection': ['BackupSelection', 'SelectionName'],
  'AWS::Budgets::Budget': ['Budget', 'BudgetName'],
  'AWS::EC2::DHCPOptions': [],
  'AWS::EC2::VPCDHCPOptionsAssociation': [],
};

const BASE = pinned(shippedAirlock());
const BEFORE = templateOf(BASE);

interface Change {
  readonly id: string;
  readonly type: string;
  readonly difference: ResourceDifference;
}

function changes(after: StackTemplate): Change[] {
  const found: Change[] = [];
  fullDiff(BEFORE, after).resources.forEachDifference((id, difference) => {
    found.push({ id, type: difference.oldResourceType ?? '', difference });
  });
  return found.filter(({ difference }) => !difference.isAddition);
}

/** `<id>.<property>` of everything that is replaced for certain, or might be. */
function replacing(impact: ResourceImpact, found: readonly Change[]): string[] {
  return found.flatMap(({ id, difference }) =>
    Object.entries(difference.propertyUpdates)
      .filter(([, update]) => update.changeImpact === impact)
      .map(([property]) => `${id}.${property}`),
  );
}

function machines(template: StackTemplate, part: string) {
  return Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::EC2::Instance' &&
      Properties.Tags.some((tag: { Key: string; Value: string }) => tag.Key === TAG_PART && tag.Value === part),
  );
}

const named = (edits: readonly Edit[]) =>
  edits.map(({ what, edit }) => [what, templateOf(edit(BASE))] as const);

describe('CHG-1 no edit replaces an agent host, its state volume or its proxy box', () => {
  const edited = named(EDITS);

  test.each(edited)('%s', (_, after) => {
    const found = changes(after);
    const kept = found.filter(({ type }) => KEPT.includes(type));
    expect(replacing(ResourceImpact.WILL_REPLACE, kept)).toEqual([]);
    expect(kept.filter(({ difference }) => difference.isRemoval).map(({ id }) => id)).toEqual([]);
    const maybe = replacing(ResourceImpact.MAY_REPLACE, kept).map((each) => each.split('.')[1]);
    expect(maybe.filter((property) => !STOPS_AND_STARTS.includes(property as string))).toEqual([]);
  });

  test.each(edited)('what is replaced instead has no name that stays: %s', (_, after) => {
    for (const { id, type, difference } of changes(after)) {
      if (KEPT.includes(type) || difference.changeImpact !== ResourceImpact.WILL_REPLACE) continue;
      expect([id, Object.keys(REPLACEABLE)]).toEqual([id, expect.arrayContaining([type])]);
      const path = REPLACEABLE[type] ?? [];
      const nameIn = (template: StackTemplate) =>
        path.reduce((value, key) => value?.[key], template.Resources[id]?.Properties as Record<string, never> | undefined);
      if (path.length > 0) expect(nameIn(after)).not.toEqual(nameIn(BEFORE));
    }
  });

  test.each(edited)('the user data of a proxy box stays byte for byte: %s', (_, after) => {
    for (const [id, { Properties }] of machines(BEFORE, 'proxy-box')) {
      expect(after.Resources[id]?.Properties.UserData).toEqual(Properties.UserData);
    }
  });

  test.each(named(POLICY_EDITS))('a policy edit does not touch an agent host at all: %s', (_, after) => {
    for (const [id, host] of machines(BEFORE, 'agent-host')) {
      expect(after.Resources[id]).toEqual(host);
    }
  });

  test('every edit changes something, so that it can be trusted to be seen', () => {
    const silent = edited.filter(([, after]) => fullDiff(BEFORE, after).differenceCount === 0).map(([what]) => what);
    expect(silent).toEqual([
      // Bounds on what a file may say, which are checked before there is a template.
      'another role',
      // Acted on when containment comes.
      'another end of the budget',
      'an image pinned for an agent that is not there yet',
    ]);
    expect(EDITS.length).toBeGreaterThanOrEqual(25);
  });
});

describe('the edits that do replace a machine are the ones that say so', () => {
  test.each(named(REPLACING_EDITS))('%s', (_, after) => {
    const replaced = replacing(ResourceImpact.WILL_REPLACE, changes(after)).map((each) => each.split('.')[0]);
    expect(machines(BEFORE, 'agent-host').filter(([id]) => replaced.includes(id))).not.toEqual([]);
  });

  test('name and env make another stack elsewhere, and this one stays', () => {
    const stack = (change: object) => {
      const airlock = { ...BASE, ...change };
      const { stackName, environment } = new AirlockStack(new App(), airlock.name, { airlock });
      return `${environment}/${stackName}`;
    };
    expect(stack({})).toBe('aws://unknown-account/us-east-1/airlock');
    expect(stack({ name: 'other' })).toBe('aws://unknown-account/us-east-1/other');
    expect(stack({ env: { account: '012345678901', region: 'eu-west-1' } })).toBe('aws://012345678901/eu-west-1/airlock');
  });

  test('an agent that leaves takes its machines along, leaves its state, and touches nobody else', () => {
    const found = changes(templateOf(withoutScout(BASE)));
    const gone = found.filter(({ difference }) => difference.isRemoval);
    expect(gone.map(({ id }) => id).every((id) => id.startsWith('scout'))).toBe(true);
    const retained = gone.filter(({ id }) => BEFORE.Resources[id]?.DeletionPolicy?.startsWith('Retain'));
    expect(retained.map(({ type }) => type).sort()).toEqual(['AWS::EC2::Volume', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']);
    const others = found.filter(({ id, difference }) => !id.startsWith('scout') && difference.isUpdate);
    expect(others.filter(({ type }) => KEPT.includes(type)).map(({ id }) => id)).toEqual([]);
  });
});
