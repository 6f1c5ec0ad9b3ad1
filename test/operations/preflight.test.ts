import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, Airlock } from '../../lib/config/model';
import { preflight } from '../../lib/operations/preflight';
import { asking } from '../../lib/operations/preflight/asking';
import type { PreflightCheck, Verdict } from '../../lib/operations/preflight/check';
import { PREFLIGHT_CHECKS } from '../../lib/operations/preflight/checks';
import type { Live, LiveMachine, LiveStateSource } from '../../lib/operations/preflight/live';
import { proveInvariants } from '../../lib/operations/synth/invariants';
import { agentUserDataOf } from '../../lib/operations/user-data';
import { pinned, type StackTemplate, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';

const NOW = new Date('2026-11-20T12:00:00Z');
const AIRLOCK: Airlock = {
  ...pinned(kitAirlock()),
  ironProxy: {
    version: '9.9.9',
    url: 'https://releases.example.com/iron-proxy.tar.gz',
    sha256: '0'.repeat(64),
  },
};
const directory = mkdtempSync(join(tmpdir(), 'preflight-'));
const file = join(directory, 'template.json');
afterAll(() => rmSync(directory, { recursive: true }));

const SHIPPED = templateOf(AIRLOCK);

/** A stack in which nothing is wrong. */
const SOUND: Live = {
  region: 'us-east-1',
  machines: async () => [
    {
      id: 'i-0aaaaaaaaaaaaaaaa',
      part: 'agent-host',
      state: 'running',
      zone: 'us-east-1a',
      hasPublicAddress: false,
      hasProfile: false,
      vpc: 'vpc-1',
    },
    {
      id: 'i-0bbbbbbbbbbbbbbbb',
      part: 'proxy-box',
      state: 'running',
      zone: 'us-east-1a',
      hasPublicAddress: true,
      hasProfile: true,
      vpc: 'vpc-1',
    },
  ],
  stateVolumes: async () => [{ id: 'vol-1', snapshot: new Date('2026-11-20T03:40:00Z') }],
  dnsFirewall: async () => ({ vpc: 'vpc-1', failsOpen: false, blocksEveryName: true }),
  flowLogs: async () => [{ id: 'fl-1', isDelivered: true }],
  stateSource: async () => ({ kind: 'snapshot', state: 'completed', sizeGiB: 50 }),
  secret: async () => 'set',
  text: async () => '2026-11-01',
  auditLines: logOf('{"host":"api.github.com","status":200}'),
};

function logOf(...lines: string[]): Live['auditLines'] {
  return async (_, see) => {
    for (const line of lines) see(line);
    return { isAll: true };
  };
}

const snapshots = (...days: (string | undefined)[]): Pick<Live, 'stateVolumes'> => ({
  stateVolumes: async () =>
    days.map((day, index) => ({ id: `vol-${index}`, ...(day && { snapshot: new Date(day) }) })),
});

const hosts = (...added: Partial<LiveMachine>[]): Pick<Live, 'machines'> => ({
  machines: async () =>
    added.map((each) => ({
      id: 'i-0aaaaaaaaaaaaaaaa',
      part: 'agent-host',
      state: 'running',
      zone: 'us-east-1a',
      hasPublicAddress: false,
      vpc: 'vpc-1',
      hasProfile: false,
      ...each,
    })),
});

interface Case {
  readonly agent?: Partial<Agent>;
  readonly airlock?: Partial<Airlock>;
  readonly template?: (draft: StackTemplate) => void;
  readonly live?: Partial<Live>;
}

/** What the checks see of a template; judging one takes a moment, so the shipped one is judged once. */
function seen(draft: StackTemplate) {
  const proof = proveInvariants(draft, ['scout']);
  if (!proof.ok) throw new Error(proof.message);
  writeFileSync(file, JSON.stringify(draft));
  const host = agentUserDataOf(file, 'scout');
  if (host.reason !== 'found') throw new Error(host.reason);
  return { invariants: proof.invariants, userData: host.text };
}
const SEEN = seen(SHIPPED);
const SCOUT = AIRLOCK.agents.find(({ name }) => name === 'scout') as Agent;

async function lineOf(id: string, { agent = {}, airlock = {}, template, live }: Case): Promise<Verdict> {
  const draft = template && structuredClone(SHIPPED);
  if (draft) template(draft);
  const check = PREFLIGHT_CHECKS.find((each) => each.id === id) as PreflightCheck;
  return check.run({
    airlock: { ...AIRLOCK, ...airlock },
    agent: { ...SCOUT, ...agent },
    ...(draft ? seen(draft) : SEEN),
    live: live && { ...SOUND, ...live },
    now: NOW,
  });
}

const resource = (draft: StackTemplate, prefix: string) =>
  Object.entries(draft.Resources).find(([id]) =>
    id.startsWith(prefix),
  )?.[1] as StackTemplate['Resources'][string];

describe('nothing is wrong', () => {
  test.each([
    'scope',
    'secrets-in-logs',
    'loss',
    'control-plane',
    'kill-switch',
    'runtime',
    'pins',
    'secrets-set',
    'flow-logs',
    'dns-firewall',
    'zone',
  ])('%s passes, and says what it saw', async (id) => {
    const line = await lineOf(id, { live: {} });
    expect(line).toMatchObject({ result: 'pass', reason: expect.stringMatching(/.{10}/) });
  });

  test('pins tells how old the images are, and which are worth renewing', async () => {
    const images = AIRLOCK.images.map((image) => ({
      ...image,
      created: image.machine === 'agent-host' ? '2026-08-21' : undefined,
    }));
    expect(await lineOf('pins', { airlock: { images } })).toMatchObject({
      result: 'pass',
      reason: expect.stringMatching(
        /agent-host 91 days old, proxy-box of unknown age\); above 90 days .* worth renewing$/,
      ),
    });
  });

  test('spend-limit is a gap that is said, with what a person does about it', async () => {
    expect(await lineOf('spend-limit', {})).toEqual({
      result: 'gap',
      reason: expect.stringMatching(/alerts people at 75, 90, 100 percent; it stops nothing/),
      fix: expect.stringMatching(/^set a hard limit on the model's key/),
    });
  });

  test.each([
    ['none' as const, /lets in nobody$/],
    ['instance-connect' as const, /lets in nobody but the Instance Connect Endpoint, on port 22$/],
  ])('control-plane with access: %s names the endpoint that is there, if one is', async (access, reason) => {
    const line = await lineOf('control-plane', { airlock: { access } });
    expect(line).toEqual({ result: 'pass', reason: expect.stringMatching(reason) });
  });

  test.each(['kill-switch', 'secrets-set', 'flow-logs', 'dns-firewall', 'zone'])(
    '%s is left open when nobody asks the deployed stack',
    async (id) => {
      expect(await lineOf(id, {})).toMatchObject({ result: 'not applicable' });
    },
  );

  test('dns-firewall has nothing to say where there is no VPC resolver', async () => {
    const airlock = { network: { ...AIRLOCK.network, dns: 'off' as const } };
    expect(await lineOf('dns-firewall', { airlock, live: {} })).toMatchObject({ result: 'not applicable' });
  });

  test('secrets-set has nothing to say of an agent without secrets', async () => {
    expect(await lineOf('secrets-set', { agent: { secrets: [] }, live: {} })).toMatchObject({
      result: 'not applicable',
    });
  });
});

const wide = (paths: string[]): Partial<Agent> => ({
  egress: [
    { id: 'all', host: 'api.example.com', methods: ['POST'], paths, risk: 'medium', because: 'a reason' },
  ],
});

const restored = (stateFrom: string): Partial<Agent> => ({ host: { ...SCOUT.host, stateFrom } });
const ofSnapshot = (found: Partial<LiveStateSource>): Case => ({
  agent: restored('snap-0123456789abcdef0'),
  live: {
    stateSource: async () =>
      ({ kind: 'snapshot', state: 'completed', sizeGiB: 1, ...found }) as LiveStateSource,
  },
});
const VOLUME = {
  kind: 'volume',
  state: 'available',
  zone: 'us-east-1a',
  cell: 'airlock/scout',
  isState: true,
};
const ofVolume = (found: object): Case => ({
  agent: restored('vol-0123456789abcdef0'),
  airlock: { env: { region: 'us-east-1', zone: 'us-east-1a' } },
  live: { stateSource: async () => ({ ...VOLUME, ...found }) as LiveStateSource },
});
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/old';

/** What `host.stateFrom` may name and can't be used. */
const STATE_DEFECTS: [id: string, what: string, defect: Case, reason: RegExp][] = (
  [
    ['a snapshot that is not there', ofSnapshot({ kind: 'missing' }), /snap-\w+ is not in us-east-1/],
    [
      'a snapshot of another account',
      ofSnapshot({ kind: 'foreign', owner: '999999999999' }),
      /belongs to account 999999999999/,
    ],
    ['a snapshot that is not finished', ofSnapshot({ state: 'pending' }), /is in state pending/],
    [
      'a snapshot larger than the volume',
      ofSnapshot({ sizeGiB: 9999 }),
      /9999 GiB, larger than stateGiB: \d+/,
    ],
    [
      'a snapshot under a key of another account',
      ofSnapshot({ key: { arn: KEY, state: 'foreign' } }),
      /a key of another account/,
    ],
    [
      'a snapshot whose key is to be deleted',
      ofSnapshot({ key: { arn: KEY, state: 'PendingDeletion' } }),
      /key\/old, which is PendingDeletion/,
    ],
    ['a volume whose key is off', ofVolume({ key: { arn: KEY, state: 'Disabled' } }), /which is Disabled/],
    [
      'a volume of another zone',
      ofVolume({ zone: 'us-east-1b' }),
      /is in us-east-1b, and the stack in us-east-1a/,
    ],
    [
      'a volume that another machine has',
      ofVolume({ heldBy: { id: 'i-0cccccccccccccccc', cell: 'airlock/mender' } }),
      /is attached to i-0cccccccccccccccc, which is not scout's host/,
    ],
    [
      'a volume of another agent',
      ofVolume({ cell: 'airlock/mender' }),
      /tags of airlock\/scout but those of airlock\/mender/,
    ],
    ['a volume that is no state volume', ofVolume({ isState: false }), /does not carry the tags/],
    ['a volume that failed', ofVolume({ state: 'error' }), /is in state error/],
  ] as [string, Case, RegExp][]
).map(([what, defect, reason]) => ['state-source', what, defect, reason]);

test('what host.stateFrom names passes when it can be used, on its own host too, and so does a blank volume', async () => {
  expect((await lineOf('state-source', ofSnapshot({}))).result).toBe('pass');
  const heldBy = { id: 'i-0aaaaaaaaaaaaaaaa', cell: 'airlock/scout' };
  expect((await lineOf('state-source', ofVolume({ state: 'in-use', heldBy }))).result).toBe('pass');
  expect((await lineOf('state-source', { live: {} })).result).toBe('pass');
  expect((await lineOf('state-source', { ...ofSnapshot({}), live: undefined })).result).toBe(
    'not applicable',
  );
});

describe('each check is seen to fail, and says what to do', () => {
  const defects: [id: string, what: string, defect: Case, reason: RegExp][] = [
    [
      'scope',
      'a rule that writes anywhere',
      { agent: wide(['/*']) },
      /rule all lets it write anywhere on api.example/,
    ],
    ['scope', 'a rule without paths', { agent: wide([]) }, /rule all lets it write anywhere/],
    [
      'scope',
      'a wall that is down',
      {
        template: (draft) => {
          resource(draft, 'scoutHostInstance').Properties.IamInstanceProfile = 'some-profile';
        },
      },
      /IAM-1 is broken/,
    ],
    [
      'secrets-in-logs',
      'a token in the user data',
      {
        template: (draft) => {
          resource(draft, 'scoutHostInstance').Properties.Tags.push({
            Key: 'note',
            Value: `${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`,
          });
        },
      },
      /SEC-1 is broken/,
    ],
    [
      'secrets-in-logs',
      'a token far down a line of the log',
      {
        live: {
          auditLines: logOf(
            'sound',
            `${'x '.repeat(2500)}${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`,
          ),
        },
      },
      /1 of 2 lines of the last day hold what looks like a credential/,
    ],
    [
      'secrets-in-logs',
      'a log that nobody writes',
      { live: { auditLines: logOf() } },
      /no line since 2026-11-19T12:00:00/,
    ],
    [
      'secrets-in-logs',
      'a log with no end',
      {
        live: {
          auditLines: async (_, see) => {
            see('sound');
            return { isAll: false };
          },
        },
      },
      /longer than the 1 lines that were read/,
    ],
    [
      'loss',
      'a volume that is not backed up',
      {
        template: (draft) => {
          for (const [id, { Type }] of Object.entries(draft.Resources)) {
            if (Type === 'AWS::Backup::BackupSelection') delete draft.Resources[id];
          }
        },
      },
      /VOL-2 is broken/,
    ],
    ['loss', 'no snapshot', { live: snapshots(undefined) }, /no snapshot .* exists yet/],
    [
      'loss',
      'a snapshot of one volume, and none of the other',
      { live: snapshots('2026-11-20T03:40:00Z', undefined) },
      /no snapshot .* exists yet/,
    ],
    [
      'loss',
      'a snapshot that is too old',
      { live: snapshots('2026-11-20T03:40:00Z', '2026-11-18T03:40:00Z') },
      /is 56 hours old/,
    ],
    ['loss', 'a clock that is behind', { live: snapshots('2026-11-20T12:10:00Z') }, /is of the future/],
    ['loss', 'a volume that no machine has', { live: snapshots() }, /none of its machines has its state/],
    [
      'control-plane',
      'metadata that any hop reaches',
      {
        template: (draft) => {
          delete resource(draft, 'scoutHostInstance').Properties.MetadataOptions;
        },
      },
      /IMDS-1 is broken|was not judged/,
    ],
    [
      'control-plane',
      'a runtime that was let off loopback',
      { agent: { runtime: 'openclaw' } },
      /doesn't hold "bind"/,
    ],
    [
      'control-plane',
      'a public address that somebody added',
      { live: hosts({ hasPublicAddress: true }) },
      /has a public address or an instance profile that no template gave it/,
    ],
    [
      'control-plane',
      'a profile that somebody added, on a host that is stopped',
      { live: hosts({ hasProfile: true, state: 'stopped' }) },
      /has a public address or an instance profile that no template gave it/,
    ],
    [
      'control-plane',
      'a host whose addresses nobody sees',
      { live: hosts({ state: 'stopped' }) },
      /its host is stopped/,
    ],
    ['control-plane', 'no host', { live: hosts() }, /0 agent hosts are deployed/],
    ['control-plane', 'two hosts', { live: hosts({}, {}) }, /2 agent hosts are deployed/],
    [
      'spend-limit',
      'no budget',
      {
        template: (draft) => {
          for (const [id, { Type }] of Object.entries(draft.Resources)) {
            if (Type === 'AWS::Budgets::Budget') delete draft.Resources[id];
          }
        },
      },
      /COST-1 is broken/,
    ],
    [
      'kill-switch',
      'no drill',
      { live: { text: async () => undefined } },
      /never tried, as far as the stack knows/,
    ],
    ['kill-switch', 'an old drill', { live: { text: async () => '2026-10-01' } }, /last tried 50 days ago/],
    [
      'kill-switch',
      'a drill in the future',
      { live: { text: async () => '2027-01-01' } },
      /holds no day of the past/,
    ],
    ['kill-switch', 'no day', { live: { text: async () => '2026-13-01' } }, /holds no day of the past/],
    [
      'kill-switch',
      'a day of no calendar',
      { live: { text: async () => '2026-02-31' } },
      /holds no day of the past/,
    ],
    ['kill-switch', 'something else', { live: { text: async () => 'yes' } }, /holds no day of the past/],
    ['kill-switch', 'no box to stop', { live: hosts({}) }, /0 proxy boxes are deployed/],
    [
      'kill-switch',
      'a second proxy box',
      { live: hosts({ part: 'proxy-box' }, { part: 'proxy-box' }) },
      /2 proxy boxes are deployed/,
    ],
    ['runtime', 'no model', { agent: { egress: [] } }, /hermes has no model that it can call/],
    ['pins', 'no iron-proxy', { airlock: { ironProxy: undefined } }, /no release of iron-proxy is pinned/],
    [
      'pins',
      'no image',
      { airlock: { images: [] } },
      /the image of its agent-host and proxy-box is not pinned/,
    ],
    [
      'pins',
      'no release of Amazon Linux',
      { airlock: { amazonLinux: undefined } },
      /no release of Amazon Linux is pinned/,
    ],
    [
      'secrets-set',
      'an unset secret',
      { live: { secret: async (name) => (name.endsWith('read-pat') ? 'unset' : 'set') } },
      /github-read-pat is not set/,
    ],
    [
      'secrets-set',
      'a secret in plain text',
      { live: { secret: async (name) => (name.endsWith('read-pat') ? 'plain' : 'unset') } },
      /\/airlock\/scout\/github-read-pat holds github-read-pat in plain text/,
    ],
    [
      'secrets-set',
      'a secret that was never deployed',
      { live: { secret: async (name) => (name.endsWith('read-pat') ? 'missing' : 'unset') } },
      /github-read-pat has no parameter \/airlock\/scout\/github-read-pat in us-east-1/,
    ],
    [
      'secrets-set',
      'a secret that an earlier agent left under its key',
      { live: { secret: async () => 'other-key' } },
      /github-write-pat lies under a key that the proxy box can't use/,
    ],
    ...STATE_DEFECTS,
    [
      'zone',
      'another than the configuration names',
      { live: hosts({ zone: 'us-east-1b' }) },
      /are in us-east-1b, and the configuration says us-east-1a/,
    ],
    ['zone', 'none', { live: { machines: async () => [] } }, /no machine is deployed/],
    ['flow-logs', 'none', { live: { flowLogs: async () => [] } }, /no flow log of us-east-1 writes to/],
    [
      'flow-logs',
      'one that may not write',
      {
        live: {
          flowLogs: async () => [
            { id: 'fl-1', isDelivered: true },
            { id: 'fl-2', isDelivered: false, error: 'Access error' },
          ],
        },
      },
      /^flow log fl-2 does not deliver to \/airlock\/flows: Access error$/,
    ],
    [
      'dns-firewall',
      'one that fails open',
      { live: { dnsFirewall: async () => ({ vpc: 'vpc-1', failsOpen: true, blocksEveryName: true }) } },
      /^the DNS firewall of vpc-1 lets queries through when it fails$/,
    ],
    [
      'dns-firewall',
      'one that lets a name through',
      { live: { dnsFirewall: async () => ({ vpc: 'vpc-1', failsOpen: false, blocksEveryName: false }) } },
      /^the DNS firewall of vpc-1 does not block every name$/,
    ],
  ];
  test.each(defects)('%s: %s', async (id, _, defect, reason) => {
    const line = await lineOf(id, defect);
    expect(line).toMatchObject({ result: 'fail', reason: expect.stringMatching(reason) });
    expect(line.result === 'fail' && line.fix).toMatch(/.{10}/);
  });
});

test('KILL-1 says how to try the kill switch', async () => {
  const line = await lineOf('kill-switch', { live: { text: async () => undefined } });
  expect(line.result === 'fail' && line.fix).toContain('`airlock drill scout`');
});

test('a sound agent is ready: the whole list is gone through, in its order, and nothing fails', async () => {
  writeFileSync(file, JSON.stringify(SHIPPED));
  const result = await preflight({ airlock: AIRLOCK, agent: SCOUT, template: file, live: SOUND, now: NOW });
  if (!('lines' in result)) throw new Error(result.message);
  expect(result.lines.map(({ id }) => id)).toEqual(PREFLIGHT_CHECKS.map(({ id }) => id));
  expect(result.lines.filter((line) => line.result !== 'pass').map(({ id }) => id)).toEqual(['spend-limit']);
  expect(result.reason).toBe('ready');
});

describe('one error instead of one for each check', () => {
  const verdictOf = (machines: Live['machines']) => {
    writeFileSync(file, JSON.stringify(SHIPPED));
    const live = { ...SOUND, machines };
    return preflight({ airlock: AIRLOCK, agent: SCOUT, template: file, live, now: NOW });
  };
  const asked = (name: string) => () =>
    asking('us-east-1')('ec2:DescribeInstances', async () => {
      throw Object.assign(new Error('AWS says a lot here'), { name });
    });

  test('when no machine of the cell is there, as in another Region', async () => {
    expect(await verdictOf(async () => [])).toEqual({
      reason: 'no-answer',
      message:
        'no machine of airlock/scout is in us-east-1: deploy the stack, or name its Region with --region',
    });
  });

  test('but what an agent is restored from is looked at before its first deployment', async () => {
    const { agent, live } = ofSnapshot({ state: 'pending' });
    const undeployed = { ...SOUND, ...live, machines: async () => [] };
    const result = await preflight({
      airlock: AIRLOCK,
      agent: { ...SCOUT, ...agent },
      template: file,
      live: undeployed,
      now: NOW,
    });
    expect(result).toMatchObject({
      reason: 'no-answer',
      message: expect.stringMatching(
        /deploy the stack.*; host\.stateFrom: snap-\w+ is in state pending: wait/,
      ),
    });
  });

  test.each(['ECONNREFUSED', 'CredentialsProviderError', 'ThrottlingException', 'TypeError'])(
    'when nothing can be asked: %s',
    async (name) => {
      expect(await verdictOf(asked(name))).toMatchObject({
        reason: 'no-answer',
        message: expect.stringMatching(/ec2:DescribeInstances.*: [a-z]/),
      });
    },
  );

  test('but a permission that is missing fails those checks alone that need it', async () => {
    const result = await verdictOf(asked('UnauthorizedOperation'));
    const denied = 'lines' in result ? result.lines.filter(({ reason }) => /denied/.test(reason)) : [];
    expect(denied.map(({ id, result: each }) => [id, each])).toEqual([
      ['control-plane', 'fail'],
      ['kill-switch', 'fail'],
      ['zone', 'fail'],
    ]);
  });
});

test.each(['{', '{"Resources":null}', '{"Resources":{}}'])(
  'a template that is none is no verdict: %s',
  async (text) => {
    writeFileSync(file, text);
    const result = await preflight({
      airlock: AIRLOCK,
      agent: AIRLOCK.agents[0] as Agent,
      template: file,
      now: NOW,
    });
    expect(result).toMatchObject({
      reason: 'no-template',
      message: expect.stringContaining('npx airlock synth'),
    });
  },
);
