import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Airlock } from '../../lib/config/model';
import { preflight } from '../../lib/operations/preflight';
import type { PreflightCheck, Verdict } from '../../lib/operations/preflight/check';
import { PREFLIGHT_CHECKS } from '../../lib/operations/preflight/checks';
import type { Live, LiveMachine, LiveSecret, LiveStateSource } from '../../lib/operations/preflight/live';
import { proveInvariants } from '../../lib/operations/synth/invariants';
import { agentUserDataOf } from '../../lib/operations/user-data';
import { pinned, type StackTemplate, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsError, awsWith } from '../support/aws';
import { temporary } from '../support/temporary';

const NOW = new Date('2026-11-20T12:00:00Z');
const AIRLOCK: Airlock = {
  ...pinned(kitAirlock()),
  ironProxy: { version: '9.9.9', url: 'https://releases.example.com/i.tar.gz', sha256: '0'.repeat(64) },
};
const SCOUT = AIRLOCK.agents.find(({ name }) => name === 'scout') as Agent;
const directory = temporary();
const file = join(directory, 'template.json');

const SHIPPED = templateOf(AIRLOCK);

const HOST: LiveMachine = {
  ...{ id: 'i-0aaaaaaaaaaaaaaaa', part: 'agent-host', state: 'running', zone: 'us-east-1a' },
  ...{ hasPublicAddress: false, hasProfile: false, vpc: 'vpc-1' },
};
const BOX: LiveMachine = {
  ...HOST,
  id: 'i-0bbbbbbbbbbbbbbbb',
  part: 'proxy-box',
  hasPublicAddress: true,
  hasProfile: true,
};

const logOf = (lines: string[], isAll = true): Pick<Live, 'auditLines'> => ({
  auditLines: async (_, see) => {
    for (const line of lines) see(line);
    return { isAll };
  },
});

/** A stack in which nothing is wrong. */
const SOUND: Live = {
  region: 'us-east-1',
  machines: async () => [HOST, BOX],
  stateVolumes: async () => [{ id: 'vol-1', snapshot: new Date('2026-11-20T03:40:00Z') }],
  dnsFirewall: async () => ({ vpc: 'vpc-1', failsOpen: false, blocksEveryName: true }),
  flowLogs: async () => [{ id: 'fl-1', of: 'vpc-1', traffic: 'ALL', isDelivered: true }],
  stateSource: async () => ({ kind: 'snapshot', state: 'completed', sizeGiB: 50 }),
  secret: async () => 'set',
  text: async () => '2026-11-01',
  ...logOf(['{"host":"api.github.com","status":200}']),
};

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
  return { invariants: proof.invariants, userData: host.lines.join('\n') };
}
const SEEN = seen(SHIPPED);

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

describe('nothing is wrong', () => {
  test.each([
    ...['scope', 'secrets-in-logs', 'loss', 'control-plane', 'kill-switch', 'runtime', 'pins', 'secrets-set'],
    ...['spend-limit', 'flow-logs', 'dns-firewall', 'zone'],
  ])('%s passes, and says what it saw', async (id) => {
    const line = await lineOf(id, { live: {} });
    expect(line).toMatchObject({ result: 'pass', reason: expect.stringMatching(/.{10}/) });
  });

  test('loss passes while the last night\u2019s snapshot may still be made', async () => {
    expect(await lineOf('loss', snapshots('2026-11-19T05:10:00Z'))).toMatchObject({
      result: 'pass',
      reason: expect.stringMatching(/ 30 hours old$/),
    });
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

  test('spend-limit of a budget that only notifies is a gap, with what a person does about it', async () => {
    const budget = { ...SCOUT.budget, atLimit: 'notify' as const };
    expect(await lineOf('spend-limit', { agent: { budget } })).toEqual({
      result: 'gap',
      reason: expect.stringMatching(/alerts people at 75, 90, 100 percent, and stops nothing/),
      fix: expect.stringMatching(/^write "atLimit: contain" .* set a hard limit on its key there$/),
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

  test.each<[id: string, where: string, Case]>([
    [
      'dns-firewall',
      'where there is no VPC resolver',
      { airlock: { network: { ...AIRLOCK.network, dns: 'off' } } },
    ],
    ['secrets-set', 'of an agent without secrets', { agent: { secrets: [] } }],
  ])('%s has nothing to say %s', async (id, _, sound) => {
    expect(await lineOf(id, { ...sound, live: {} })).toMatchObject({ result: 'not applicable' });
  });
});

const TOKEN = `${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`;

/** The agent may write to a host, below these paths. */
const writes = (...paths: string[]): Case => ({
  agent: {
    egress: [
      { id: 'all', host: 'api.example.com', methods: ['POST'], paths, risk: 'medium', because: 'a reason' },
    ],
  },
});
/** Another host's properties in the template. */
const hostGets = (change: (properties: StackTemplate['Resources'][string]['Properties']) => void): Case => ({
  template: ({ Resources }) =>
    change(
      Object.entries(Resources).find(([id]) => id.startsWith('scoutHostInstance'))?.[1].Properties ?? {},
    ),
});
/** The template without the resources of one type. */
const without = (type: string): Case => ({
  template: ({ Resources }) => {
    for (const [id, { Type }] of Object.entries(Resources)) if (Type === type) delete Resources[id];
  },
});
const log = (lines: string[], isAll = true): Case => ({ live: logOf(lines, isAll) });
const snapshots = (...days: (string | undefined)[]): Case => ({
  live: {
    stateVolumes: async () =>
      days.map((day, index) => ({ id: `vol-${index}`, ...(day && { snapshot: new Date(day) }) })),
  },
});
const hosts = (...added: Partial<LiveMachine>[]): Case => ({
  live: { machines: async () => added.map((each) => ({ ...HOST, ...each })) },
});
const tried = (day: string | undefined): Case => ({ live: { text: async () => day } });
/** The first secret is in this state, the others in another. */
const secrets = (first: LiveSecret, others: LiveSecret): Case => ({
  live: { secret: async (name) => (name.endsWith('read-pat') ? first : others) },
});
const flowLogs = (...logs: Awaited<ReturnType<Live['flowLogs']>>): Case => ({
  live: { flowLogs: async () => logs },
});
const firewall = (failsOpen: boolean, blocksEveryName: boolean): Case => ({
  live: { dnsFirewall: async () => ({ vpc: 'vpc-1', failsOpen, blocksEveryName }) },
});

const restored = (stateFrom: string, found: object): Case => ({
  agent: { host: { ...SCOUT.host, stateFrom } },
  airlock: { env: { region: 'us-east-1', zone: 'us-east-1a' } },
  live: { stateSource: async () => found as LiveStateSource },
});
const snapshot = (found: object) =>
  restored('snap-0123456789abcdef0', { kind: 'snapshot', state: 'completed', sizeGiB: 1, ...found });
const volume = (found: object) =>
  restored('vol-0123456789abcdef0', {
    ...{ kind: 'volume', state: 'available', zone: 'us-east-1a', cell: 'airlock/scout', isState: true },
    ...found,
  });
const keyIn = (state: string) => ({ key: { arn: 'arn:aws:kms:us-east-1:111122223333:key/old', state } });
const heldBy = (cell: string) => ({ heldBy: { id: 'i-0cccccccccccccccc', cell } });

test('what host.stateFrom names passes when it can be used, on its own host too, and so does a blank volume', async () => {
  const used = volume({ state: 'in-use', ...heldBy('airlock/scout') });
  for (const sound of [snapshot({}), used, { live: {} }]) {
    expect((await lineOf('state-source', sound)).result).toBe('pass');
  }
  expect((await lineOf('state-source', { ...snapshot({}), live: undefined })).result).toBe('not applicable');
});

const DEFECTS: Record<string, [what: string, defect: Case, reason: RegExp][]> = {
  scope: [
    ['a rule that writes anywhere', writes('/*'), /rule all lets it write anywhere on api.example/],
    ['a rule without paths', writes(), /rule all lets it write anywhere/],
    [
      'an invariant that is broken',
      hostGets((properties) => Object.assign(properties, { IamInstanceProfile: 'some-profile' })),
      /IAM-1 is broken/,
    ],
  ],
  'secrets-in-logs': [
    [
      'a token in the user data',
      hostGets((properties) => properties.Tags.push({ Key: 'note', Value: TOKEN })),
      /SEC-1 is broken/,
    ],
    [
      'a token far down a line of the log',
      log(['sound', `${'x '.repeat(2500)}${TOKEN}`]),
      /1 of 2 lines of the last day hold what looks like a credential/,
    ],
    ['a log that nobody writes', log([]), /no line since 2026-11-19T12:00:00/],
    ['a log with no end', log(['sound'], false), /longer than the 1 lines that were read/],
  ],
  loss: [
    ['a volume that is not backed up', without('AWS::Backup::BackupSelection'), /VOL-2 is broken/],
    ['no snapshot', snapshots(undefined), /no snapshot .* exists yet/],
    ['no snapshot of one volume', snapshots('2026-11-20T03:40:00Z', undefined), /no snapshot .* exists yet/],
    ['an old snapshot', snapshots('2026-11-20T03:40:00Z', '2026-11-18T03:40:00Z'), /is 56 hours old/],
    ['a snapshot that missed a night', snapshots('2026-11-19T04:40:00Z'), /is 31 hours old/],
    ['a clock that is behind', snapshots('2026-11-20T12:10:00Z'), /is of the future/],
    ['a volume that no machine has', snapshots(), /none of its machines has its state/],
  ],
  'control-plane': [
    [
      'metadata that any hop reaches',
      hostGets((properties) => delete properties.MetadataOptions),
      /IMDS-1 is broken|was not judged/,
    ],
    ['a runtime not bound to loopback', { agent: { runtime: 'openclaw' } }, /doesn't hold "bind"/],
    [
      'a public address that somebody added',
      hosts({ hasPublicAddress: true }),
      /has a public address or an instance profile that no template gave it/,
    ],
    [
      'a profile that somebody added, on a host that is stopped',
      hosts({ hasProfile: true, state: 'stopped' }),
      /has a public address or an instance profile that no template gave it/,
    ],
    ['a host whose addresses nobody sees', hosts({ state: 'stopped' }), /its host is stopped/],
    ['no host', hosts(), /0 agent hosts are deployed/],
    ['two hosts', hosts({}, {}), /2 agent hosts are deployed/],
  ],
  'spend-limit': [['no budget', without('AWS::Budgets::Budget'), /COST-1 is broken/]],
  'kill-switch': [
    ['no drill', tried(undefined), /never tried, as far as the stack knows/],
    ['an old drill', tried('2026-10-01'), /last tried 50 days ago/],
    ['a drill in the future', tried('2027-01-01'), /holds no day of the past/],
    ['no day', tried('2026-13-01'), /holds no day of the past/],
    ['a day of no calendar', tried('2026-02-31'), /holds no day of the past/],
    ['something else', tried('yes'), /holds no day of the past/],
    ['no box to stop', hosts({}), /0 proxy boxes are deployed/],
    ['a second proxy box', hosts({ part: 'proxy-box' }, { part: 'proxy-box' }), /2 proxy boxes are deployed/],
  ],
  runtime: [['no model', { agent: { egress: [] } }, /hermes has no model that it can call/]],
  pins: [
    ['no iron-proxy', { airlock: { ironProxy: undefined } }, /no release of iron-proxy is pinned/],
    ['no image', { airlock: { images: [] } }, /the image of its agent-host and proxy-box is not pinned/],
    ['no release', { airlock: { amazonLinux: undefined } }, /no release of Amazon Linux is pinned/],
  ],
  'secrets-set': [
    ['an unset secret', secrets('unset', 'set'), /github-read-pat is not set/],
    [
      'a secret in plain text',
      secrets('plain', 'unset'),
      /\/airlock\/scout\/github-read-pat holds github-read-pat in plain text/,
    ],
    [
      'a secret that was never deployed',
      secrets('missing', 'unset'),
      /github-read-pat has no parameter \/airlock\/scout\/github-read-pat in us-east-1/,
    ],
    [
      'a secret that an earlier agent left under its key',
      secrets('other-key', 'other-key'),
      /github-write-pat lies under a key that the proxy box can't use/,
    ],
  ],
  'state-source': [
    ['a snapshot that is not there', snapshot({ kind: 'missing' }), /snap-\w+ is not in us-east-1/],
    [
      'of another account',
      snapshot({ kind: 'foreign', owner: '999999999999' }),
      /belongs to account 999999999999/,
    ],
    ['a snapshot that is not finished', snapshot({ state: 'pending' }), /is in state pending/],
    ['a snapshot too large', snapshot({ sizeGiB: 9999 }), /9999 GiB, larger than stateGiB: \d+/],
    ['a snapshot under a foreign key', snapshot(keyIn('foreign')), /a key of another account/],
    ['a key to be deleted', snapshot(keyIn('PendingDeletion')), /key\/old, which is PendingDeletion/],
    ['a volume whose key is off', volume(keyIn('Disabled')), /which is Disabled/],
    ['of another zone', volume({ zone: 'us-east-1b' }), /is in us-east-1b, and the stack in us-east-1a/],
    [
      'a volume that another machine has',
      volume(heldBy('airlock/mender')),
      /is attached to i-0cccccccccccccccc, which is not scout's host/,
    ],
    [
      'a volume of another agent',
      volume({ cell: 'airlock/mender' }),
      /tags of airlock\/scout but those of airlock\/mender/,
    ],
    ['a volume that is no state volume', volume({ isState: false }), /does not carry the tags/],
    ['a volume that failed', volume({ state: 'error' }), /is in state error/],
  ],
  zone: [
    [
      'another than the configuration names',
      hosts({ zone: 'us-east-1b' }),
      /are in us-east-1b, and the configuration says us-east-1a/,
    ],
    ['none', hosts(), /no machine is deployed/],
  ],
  'flow-logs': [
    ['none', flowLogs(), /no flow log of us-east-1 writes to/],
    [
      'one that may not write',
      flowLogs(
        { id: 'fl-1', of: 'vpc-1', traffic: 'ALL', isDelivered: true },
        { id: 'fl-2', of: 'vpc-1', traffic: 'ALL', isDelivered: false, error: 'Access error' },
      ),
      /^flow log fl-2 does not deliver to \/airlock\/flows: Access error$/,
    ],
  ],
  'dns-firewall': [
    [
      'one that fails open',
      firewall(true, true),
      /^the DNS firewall of vpc-1 lets queries through when it fails$/,
    ],
    [
      'one that lets a name through',
      firewall(false, false),
      /^the DNS firewall of vpc-1 does not block every name$/,
    ],
  ],
};

describe.each(Object.entries(DEFECTS))('%s fails, and says what to do', (id, defects) => {
  test.each(defects)('%s', async (_, defect, reason) => {
    const line = await lineOf(id, defect);
    expect(line).toMatchObject({ result: 'fail', reason: expect.stringMatching(reason) });
    expect(line.result === 'fail' && line.fix).toMatch(/.{10}/);
  });
});

test('KILL-1 says how to try the kill switch', async () => {
  expect(await lineOf('kill-switch', tried(undefined))).toMatchObject({
    fix: expect.stringContaining('`airlock drill scout`'),
  });
});

const resultOf = (live?: Live, agent = SCOUT, text = JSON.stringify(SHIPPED)) => {
  writeFileSync(file, text);
  return preflight({ airlock: AIRLOCK, agent, template: file, live, now: NOW });
};

test('a sound agent is ready: every check of the list runs, in its order, and nothing fails', async () => {
  const result = await resultOf(SOUND);
  if (!('lines' in result)) throw new Error(result.message);
  expect(result.lines.map(({ id }) => id)).toEqual(PREFLIGHT_CHECKS.map(({ id }) => id));
  expect(result.lines.filter((line) => line.result !== 'pass').map(({ id }) => id)).toEqual([]);
  expect(result.reason).toBe('ready');
});

describe('one error instead of one for each check', () => {
  const verdictOf = (machines: Live['machines']) => resultOf({ ...SOUND, machines });
  const asked = (name: string) => () =>
    awsWith(() => {
      throw awsError(name);
    }).call('ec2:DescribeInstances', {}) as never;

  test('when no machine of the cell is there, as in another Region', async () => {
    expect(await verdictOf(async () => [])).toEqual({
      reason: 'no-answer',
      message:
        'no machine of airlock/scout is in us-east-1: deploy the stack, or name its Region with --region',
    });
  });

  test('but what an agent is restored from is looked at before its first deployment', async () => {
    const { agent, live } = snapshot({ state: 'pending' });
    const result = await resultOf({ ...SOUND, ...live, machines: async () => [] }, { ...SCOUT, ...agent });
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
  '%s is no template, and gets no verdict',
  async (text) => {
    expect(await resultOf(undefined, AIRLOCK.agents[0], text)).toMatchObject({
      reason: 'no-template',
      message: expect.stringContaining('npx airlock synth'),
    });
  },
);
