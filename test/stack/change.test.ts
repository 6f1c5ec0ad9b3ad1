import { fullDiff, type ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { App } from 'aws-cdk-lib';
import { TAG_PART } from '../../constructs/names';
import { AirlockStack } from '../../lib/airlock-stack';
import { kitAirlock } from '../support/arbitrary-airlock';
import { EDITS, type Edit, POLICY_EDITS, REPLACING_EDITS, withoutScout } from './edits';
import { pinned, type StackTemplate, templateOf } from './synthesise';

/** What holds an agent's work, its secrets or its record, or is a machine: below a cell. */
const KEPT = [
  'AWS::EC2::Instance',
  'AWS::EC2::Volume',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'Custom::AirlockAgentSecrets',
];

/**
 * The diff can't know which of two ways an update goes. The reference of `AWS::EC2::Instance` can: for these two, an
 * instance whose root volume is on EBS is stopped and started ("Some interruptions"), and only one whose root is on
 * an instance store is replaced. Debian's and Amazon Linux's images have their roots on EBS.
 */
const STOPS_AND_STARTS = ['UserData', 'InstanceType'];

/**
 * What CloudFormation may replace beside them. It creates before it deletes, so none of these may have a name that
 * stays the same: the path of the name in the properties, empty where there is none.
 */
const REPLACEABLE: Readonly<Record<string, readonly string[] | undefined>> = {
  'AWS::Backup::BackupSelection': ['BackupSelection', 'SelectionName'],
  'AWS::Budgets::Budget': ['Budget', 'BudgetName'],
  'AWS::EC2::DHCPOptions': [],
  'AWS::EC2::Route': ['DestinationCidrBlock'],
  'AWS::EC2::VPCDHCPOptionsAssociation': [],
  // Other tags make another one, whose name CloudFormation chooses.
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': [],
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': [],
};

const BASE = pinned(kitAirlock());
const BEFORE = templateOf(BASE);

interface Change {
  readonly id: string;
  readonly type: string;
  readonly difference: ResourceDifference;
}

/** What an edit does to the resources that are already there. */
interface Outcome {
  readonly after: StackTemplate;
  readonly changes: readonly Change[];
  readonly isSilent: boolean;
}

function outcome(edit: Edit['edit']): Outcome {
  const after = templateOf(edit(BASE));
  const diff = fullDiff(BEFORE, after);
  const changes: Change[] = [];
  diff.resources.forEachDifference((id, difference) => {
    if (!difference.isAddition) changes.push({ id, type: difference.oldResourceType ?? '', difference });
  });
  return { after, changes, isSilent: diff.differenceCount === 0 };
}

/** `<id>.<property>` of every property whose change has this impact. */
function properties(impact: ResourceImpact, changes: readonly Change[]): string[] {
  return changes.flatMap(({ id, difference }) =>
    Object.entries(difference.propertyUpdates)
      .filter(([, update]) => update.changeImpact === impact)
      .map(([property]) => `${id}.${property}`),
  );
}

function kept(changes: readonly Change[]): Change[] {
  return changes.filter(({ id, type }) => KEPT.includes(type) && !id.startsWith('Environment'));
}

function machines(part: string) {
  return Object.entries(BEFORE.Resources).filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::EC2::Instance' &&
      Properties.Tags.some(
        (tag: { Key: string; Value: string }) => tag.Key === TAG_PART && tag.Value === part,
      ),
  );
}

describe('CHG-1 no edit replaces an agent host, its state volume or its proxy box', () => {
  const edited = EDITS.map(({ what, edit }) => [what, outcome(edit)] as const);

  test.each(edited)('%s', (_, { changes }) => {
    const own = kept(changes);
    expect(properties(ResourceImpact.WILL_REPLACE, own)).toEqual([]);
    expect(own.filter(({ difference }) => difference.isRemoval).map(({ id }) => id)).toEqual([]);
    const maybe = properties(ResourceImpact.MAY_REPLACE, own).map((each) => each.split('.')[1]);
    expect(maybe.filter((property) => !STOPS_AND_STARTS.includes(property as string))).toEqual([]);
  });

  test.each(edited)('the user data of a proxy box stays byte for byte: %s', (_, { after }) => {
    for (const [id, { Properties }] of machines('proxy-box')) {
      expect(after.Resources[id]?.Properties.UserData).toEqual(Properties.UserData);
    }
  });

  const policies = edited.filter(([what]) => POLICY_EDITS.some((edit) => edit.what === what));
  test.each(policies)('a policy edit does not touch an agent host at all: %s', (_, { after }) => {
    for (const [id, host] of machines('agent-host')) {
      expect(after.Resources[id]).toEqual(host);
    }
  });

  test('what is replaced instead has no name that its successor would want, too', () => {
    for (const [, { after, changes }] of edited) {
      for (const { id, type } of changes.filter(
        ({ difference }) => difference.changeImpact === ResourceImpact.WILL_REPLACE,
      )) {
        expect([id, Object.keys(REPLACEABLE)]).toEqual([id, expect.arrayContaining([type])]);
        const name = nameOf(type, BEFORE.Resources[id]?.Properties);
        expect([id, name]).not.toEqual([id, nameOf(type, after.Resources[id]?.Properties) ?? 'none']);
      }
    }
  });

  test('every edit changes something, or has a reason not to', () => {
    expect(edited.filter(([, { isSilent }]) => isSilent).map(([what]) => what)).toEqual([
      // A bound on what a file may say, held before there is a template.
      'another role',
      'an image pinned for an agent that is not there yet',
    ]);
    expect(EDITS.length).toBeGreaterThanOrEqual(25);
  });
});

function nameOf(type: string, from: unknown): unknown {
  const path = REPLACEABLE[type] ?? [];
  return path.length === 0
    ? undefined
    : path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], from);
}

describe('the edits that do replace a machine are the ones that say so', () => {
  test.each(REPLACING_EDITS.map(({ what, edit }) => [what, edit] as const))('%s', (_, edit) => {
    const { changes } = outcome(edit);
    const hosts = machines('agent-host').map(([id]) => id);
    const replaced = [
      ...properties(ResourceImpact.WILL_REPLACE, changes),
      // Anything of it but DeleteOnTermination replaces the instance (reference of AWS::EC2::Instance).
      ...properties(ResourceImpact.MAY_REPLACE, changes).filter((each) =>
        each.endsWith('.BlockDeviceMappings'),
      ),
    ];
    expect(replaced.filter((each) => hosts.includes(each.split('.')[0] as string))).not.toEqual([]);
  });

  test('name and env make another stack elsewhere, and this one stays', () => {
    const stack = (change: object) => {
      const airlock = { ...BASE, ...change };
      const { stackName, environment } = new AirlockStack(new App(), airlock.name, { airlock });
      return `${environment}/${stackName}`;
    };
    expect(stack({})).toBe('aws://unknown-account/us-east-1/airlock');
    expect(stack({ name: 'other', agents: [] })).toBe('aws://unknown-account/us-east-1/other');
    expect(stack({ env: { account: '012345678901', region: 'eu-west-1' } })).toBe(
      'aws://012345678901/eu-west-1/airlock',
    );
  });

  test('an agent that leaves takes its machines along, leaves its state, and touches nobody else', () => {
    const { changes } = outcome(withoutScout);
    const gone = changes.filter(({ difference }) => difference.isRemoval);
    // The function that contains agents goes with the last agent whose budget calls it.
    expect(
      gone.map(({ id }) => id).filter((id) => !/^(scout|EnvironmentContainment|ContainmentTopic)/.test(id)),
    ).toEqual([]);
    const retained = gone.filter(({ id }) => BEFORE.Resources[id]?.DeletionPolicy?.startsWith('Retain'));
    expect(retained.map(({ type }) => type).sort()).toEqual([
      'AWS::EC2::Volume',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
    ]);
    expect(kept(changes).filter(({ difference }) => difference.isUpdate)).toEqual([]);
  });
});
