import { gzipSync } from 'node:zlib';
import { auditLogGroup, flowLogGroup, resolverLogGroup, SIGNAL_PATTERN } from '../../constructs/names';
import { eventPattern } from '../../constructs/watch/event-patterns';
import { MODES, type Mode, SIGNALS } from '../../lib/config/values/signals';
import { seenBy, type WatchInput } from '../../lib/operations/watch/automatic';
import { Teller } from '../../lib/operations/watch/tell';
import { reviewMail } from '../../lib/review/mail';
import { signalRecord } from '../../lib/warden/gate/signals';
import { CATALOGUE } from '../../lib/watch/catalogue';
import { isHourly, seenInCloud } from '../../lib/watch/cloud-look';
import type { Machine } from '../../lib/watch/machine';
import { messageFor } from '../../lib/watch/message';
import { decodeMode, encodeModes, strictestMode } from '../../lib/watch/modes';
import type { Seen } from '../../lib/watch/seen';
import { matchesEvent } from '../support/event-pattern';
import { matchesPattern } from '../support/filter-pattern';

const WHERE = { stack: 'airlock', region: 'eu-north-1' };
const NOW = Date.UTC(2026, 9, 1, 12, 30);
const MINUTE = 60_000;
const VAULT = 'arn:aws:backup:eu-north-1:111122223333:backup-vault:airlock-1';
const MACHINES: readonly Machine[] = [
  {
    id: 'i-host',
    agent: 'scout',
    part: 'agent-host',
    address: '10.64.0.5',
    volumes: ['vol-root', 'vol-state'],
    interfaces: ['eni-host'],
  },
  {
    id: 'i-box',
    agent: 'scout',
    part: 'proxy-box',
    address: '10.64.8.5',
    publicAddress: '192.0.2.7',
    volumes: [],
    interfaces: ['eni-box'],
  },
  { id: 'i-box2', agent: 'mender', part: 'proxy-box', address: '10.64.8.6', volumes: [], interfaces: [] },
];
const INPUT: WatchInput = {
  stack: 'airlock',
  agents: ['scout', 'mender'],
  limits: { scout: { 'rejected-flows': 3 } },
  machines: async () => MACHINES,
  facts: async () => ({ machines: MACHINES, impaired: [], undelivered: [], cpu: { 'i-host': 99 } }),
  now: () => NOW,
};
const short = (seen: readonly Seen[]) => seen.map(({ agent, signal }) => `${agent}: ${signal}`);
/** What CloudWatch Logs sends of these lines, past this filter. */
const logs = async (
  logGroup: string,
  logStream: string,
  lines: readonly string[],
  pattern = SIGNAL_PATTERN,
) => {
  const logEvents = lines.filter((line) => matchesPattern(pattern, line)).map((message) => ({ message }));
  const data = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup, logStream, logEvents }));
  return seenBy({ awslogs: { data: data.toString('base64') } }, INPUT);
};
const line = (more: object = {}) =>
  JSON.stringify({
    ...signalRecord('scout', { signal: 'pushes', at: NOW - 1000, count: 1, saw: '"POST a/b"' }),
    ...more,
  });
const AUDIT = auditLogGroup('airlock', 'scout');

describe('from a log group the function takes', () => {
  test.each<[string, string, string, string, readonly string[]]>([
    ['a signal of the gate', AUDIT, 'gate', line(), ['scout: pushes']],
    ['one of warden', AUDIT, 'warden', line({ signal: 'box-reasons' }), ['scout: box-reasons']],
    [
      'a chain that begins anew',
      AUDIT,
      'gate',
      JSON.stringify({ record: 'chain', time: new Date(NOW).toISOString(), why: 'torn' }),
      ['scout: chain-broken'],
    ],
    ['none of another stream', AUDIT, 'iron-proxy', line(), []],
    ['none of a group that is no agent’s', '/airlock/scout/audit/x', 'gate', line(), []],
    ['none of an agent that the stack lacks', auditLogGroup('airlock', 'other'), 'gate', line(), []],
    [
      'the group’s agent, whatever the line says',
      AUDIT,
      'gate',
      line({ agent: 'mender' }),
      ['scout: pushes'],
    ],
    ['none that the kit doesn’t know', AUDIT, 'gate', line({ signal: 'constructor' }), []],
    ['none without a time', AUDIT, 'gate', line({ time: 'x' }), []],
    [
      'a record that arrived after more than ten minutes as late',
      AUDIT,
      'gate',
      line({ time: new Date(NOW - 11 * MINUTE).toISOString() }),
      ['scout: pushes', 'scout: records-late'],
    ],
    [
      'no late record at the end of an hour',
      AUDIT,
      'gate',
      line({ at: new Date(NOW - 50 * MINUTE).toISOString(), again: true, count: 7 }),
      ['scout: pushes'],
    ],
  ])('%s', async (_, group, stream, text, expected) => {
    expect(short(await logs(group, stream, [text]))).toEqual(expected);
  });

  test('nothing of a delivery that only tests the subscription', async () => {
    const data = gzipSync(
      JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: line() }] }),
    );
    expect(await seenBy({ awslogs: { data: data.toString('base64') } }, INPUT)).toEqual([]);
  });

  const flow = (source: string, target: string, port: number, action = 'REJECT', network = 'eni-host') =>
    `2 111122223333 ${network} ${source} ${target} 40000 ${port} 6 1 60 1 2 ${action} OK`;
  const FLOWS =
    '[version, account, interface, source = "10.64.*", target, from, to, protocol, packets, bytes, start, end, action = "REJECT", status]';
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'a port scan',
      [1, 2, 3, 4].map((port) => flow('10.64.0.5', '192.0.2.1', port)),
      ['scout: rejected-flows'],
    ],
    [
      'not the same target again and again',
      [1, 1, 1, 1, 1].map((port) => flow('10.64.0.5', '192.0.2.1', port)),
      [],
    ],
    [
      'not what was let through',
      [1, 2, 3, 4].map((port) => flow('10.64.0.5', '192.0.2.1', port, 'ACCEPT')),
      [],
    ],
    ['not a scan from the internet', [1, 2, 3, 4].map((port) => flow('198.51.100.1', '10.64.8.5', port)), []],
    [
      'not packets of another machine with the address of this one',
      [1, 2, 3, 4].map((port) => flow('10.64.0.5', '192.0.2.1', port, 'REJECT', 'eni-box')),
      [],
    ],
    [
      'not what a proxy box answers too late',
      [1, 2, 3, 4].map((port) => flow('10.64.8.5', '192.0.2.1', port)),
      [],
    ],
  ])('%s', async (_, lines, expected) => {
    expect(short(await logs(flowLogGroup('airlock'), 'eni-1-all', lines, FLOWS))).toEqual(expected);
  });

  test.each([
    ['10.64.0.5', undefined, 'scout: resolver-query'],
    ['10.64.0.99', undefined, 'undefined: resolver-query'],
    ['10.64.0.99', 'i-host', 'scout: resolver-query'],
    ['10.64.0.5', 'i-box2', 'mender: resolver-query'],
  ])('any question to the VPC resolver, by the machine at %s, %s', async (srcaddr, instance, expected) => {
    const question = JSON.stringify({
      query_name: 'a\u001b[2J.evil.example.',
      srcaddr,
      srcids: { instance },
    });
    const seen = await logs(resolverLogGroup('airlock'), 'x', [question], '{ $.query_name = "*" }');
    expect(short(seen)).toEqual([expected]);
    expect(seen[0]?.saw).toMatch(/^[\x20-\x7e]*$/);
  });
});

const PATTERN = eventPattern('airlock', VAULT);
/** What EventBridge sends on of this event. */
const event = (source: string, kind: string, detail: object, input = INPUT) => {
  const whole = { source, 'detail-type': kind, time: new Date(NOW).toISOString(), detail };
  return matchesEvent(PATTERN, whole) ? seenBy(whole, input) : [];
};
const BOX = 'arn:aws:sts::111122223333:assumed-role/airlock-scoutProxyRole-1/i-box';
const read = (requestParameters: object, more: object = {}, input = INPUT) => {
  const detail = {
    eventSource: 'ssm.amazonaws.com',
    eventName: 'GetParameter',
    userIdentity: { arn: 'arn:aws:iam::111122223333:user/mallory' },
    sourceIPAddress: '198.51.100.9',
    requestParameters: { withDecryption: true, ...requestParameters },
    ...more,
  };
  return event('aws.ssm', 'AWS API Call via CloudTrail', detail, input);
};
const PAT = '/airlock/scout/github-read-pat';
const sessionOf = (arn: string) => ({ arn, sessionContext: { ec2RoleDelivery: '2.0' } });
const own = (more: object = {}) => ({ userIdentity: sessionOf(BOX), sourceIPAddress: '192.0.2.7', ...more });

describe('a read of a secret is a signal', () => {
  test.each<[string, object, object, readonly string[]]>([
    ['by a person', { name: PAT }, {}, ['scout: secret-read']],
    [
      'by the ARN',
      { name: `arn:aws:ssm:eu-north-1:111122223333:parameter${PAT}` },
      {},
      ['scout: secret-read'],
    ],
    ['among other names', { names: ['/x', PAT] }, { eventName: 'GetParameters' }, ['scout: secret-read']],
    ['by its history', { name: PAT }, { eventName: 'GetParameterHistory' }, ['scout: secret-read']],
    ['by a path above it', { path: '/' }, { eventName: 'GetParametersByPath' }, ['undefined: secret-read']],
    ['that AWS denied', { name: PAT }, { errorCode: 'AccessDenied' }, ['scout: secret-read']],
    [
      'by the box of another agent',
      { name: PAT },
      own({ userIdentity: sessionOf(BOX.replace('i-box', 'i-box2')) }),
      ['scout: secret-read'],
    ],
    [
      'by a role that somebody assumed under the name of the box',
      { name: PAT },
      own({ userIdentity: { arn: BOX } }),
      ['scout: secret-read'],
    ],
    [
      'by the box’s role from another address',
      { name: PAT },
      own({ sourceIPAddress: '198.51.100.9' }),
      ['scout: secret-read'],
    ],
  ])('%s', async (_, parameters, more, expected) => {
    expect(short(await read(parameters, more))).toEqual(expected);
  });

  test.each<[string, object, object]>([
    ['by its proxy box', { name: PAT }, own()],
    ['without the value', { name: PAT, withDecryption: false }, {}],
    ['of another stack', { name: '/airlock2/scout/pat' }, {}],
  ])('not one %s', async (_, parameters, more) => {
    expect(await read(parameters, more)).toEqual([]);
  });
});

test.each<[string, string | undefined, string, readonly string[]]>([
  ['from the NAT gateway is its own', '192.0.2.50', '192.0.2.50', []],
  ['from elsewhere is a signal', '192.0.2.50', '198.51.100.9', ['mender: secret-read']],
  ['behind a Transit Gateway may come from anywhere', undefined, '198.51.100.9', []],
])('a read by a proxy box without a public address %s', async (_, natAddress, sourceIPAddress, expected) => {
  const userIdentity = sessionOf(BOX.replace('i-box', 'i-box2'));
  const parameters = { name: '/airlock/mender/github-read-pat' };
  const seen = await read(parameters, { userIdentity, sourceIPAddress }, { ...INPUT, natAddress });
  expect(short(seen)).toEqual(expected);
});

describe('an event of AWS is a signal', () => {
  const changed = (name: string) => event('aws.ssm', 'Parameter Store Change', { name, operation: 'Update' });
  const backup = (state: string, backupVaultArn = VAULT) =>
    event('aws.backup', 'Backup Job State Change', {
      state,
      backupVaultArn,
      resourceArn: 'arn:aws:ec2:eu-north-1:111122223333:volume/vol-state',
    });
  const state = (id: string, to: string) =>
    event('aws.ec2', 'EC2 Instance State-change Notification', { 'instance-id': id, state: to });
  test.each<[string, () => unknown, readonly string[]]>([
    ['a changed policy', () => changed('/airlock/scout/policy/1'), ['scout: parameter-changed']],
    ['a grant', () => changed('/airlock/scout/grants/x'), ['scout: parameter-changed']],
    ['no reservation', () => changed('/airlock/scout/model-spend'), []],
    ['no day of a drill', () => changed('/airlock/scout/drill'), []],
    ['no parameter of others', () => changed('/airlocks/scout/policy/1'), []],
    ['a failed backup', () => backup('FAILED'), ['scout: backup-failed']],
    ['no backup that is done', () => backup('COMPLETED'), []],
    ['no backup in another vault', () => backup('FAILED', `${VAULT}2`), []],
    ['a stopped machine', () => state('i-host', 'stopped'), ['scout: machine-down']],
    ['no machine of others', () => state('i-other', 'stopped'), []],
    ['no machine that starts', () => state('i-host', 'running'), []],
  ])('%s', async (_, act, expected) => {
    expect(short((await act()) as Seen[])).toEqual(expected);
  });
});

describe('what only AWS knows is a signal', () => {
  const facts = { machines: MACHINES, impaired: [], undelivered: [], cpu: {} };
  const HOURLY = Date.UTC(2026, 9, 1, 13, 1);
  test.each<[string, object, number, readonly string[]]>([
    [
      'a machine that fails its status checks',
      { impaired: [{ id: 'i-host', since: NOW - MINUTE }] },
      NOW,
      ['scout: machine-down'],
    ],
    ['not every five minutes', { impaired: [{ id: 'i-host', since: NOW - 15 * MINUTE }] }, NOW, []],
    ['but every hour', { impaired: [{ id: 'i-host', since: NOW }] }, HOURLY, ['scout: machine-down']],
    ['a pegged CPU', { cpu: { 'i-host': 86 } }, HOURLY, ['scout: cpu-pegged']],
    ['no busy CPU', { cpu: { 'i-host': 85 } }, HOURLY, []],
    [
      'flow logs that AWS does not deliver',
      { undelivered: ['fl-1: Access error'] },
      HOURLY,
      ['undefined: flow-logs-undelivered'],
    ],
  ])('%s', (_, more, now, expected) => {
    expect(short(seenInCloud({ ...facts, ...more }, () => 85, now))).toEqual(expected);
  });

  test('which the clock makes the function look for', async () => {
    expect(isHourly(NOW)).toBe(false);
    const seen = await seenBy({ 'detail-type': 'Scheduled Event', time: new Date(NOW).toISOString() }, INPUT);
    expect(short(seen)).toEqual(['scout: cpu-pegged']);
  });
});

describe('by its mode a signal', () => {
  const done: string[] = [];
  const teller = (mode: Mode, fails = false) =>
    new Teller({
      where: WHERE,
      modeOf: () => mode,
      tell: async (subject) => {
        if (fails) throw new Error('SNS is down');
        done.push(`told ${subject}`);
      },
      contain: async (agent, signal) => void done.push(`contain ${agent} ${signal}`),
      log: () => done.push('logged'),
    });
  const push: Seen = { signal: 'pushes', agent: 'scout', at: NOW, saw: 'x' };
  const query: Seen = { ...push, signal: 'resolver-query' };
  beforeEach(() => {
    done.length = 0;
  });
  const TOLD = 'told airlock: scout: pushes';

  test.each<[Mode, readonly string[]]>([
    ['off', []],
    ['shadow', ['logged']],
    ['notify', ['logged', TOLD]],
    ['contain', ['logged', 'contain scout pushes', TOLD]],
  ])('%s', async (mode, expected) => {
    await teller(mode).all([push]);
    expect(done).toEqual(expected);
  });

  test('of the whole stack contains nobody', async () => {
    await teller('contain').all([{ ...push, agent: undefined }]);
    expect(done).toEqual(['logged', 'told airlock: pushes']);
  });

  test('that is raised here is told once an hour, and one of the gate as often as it comes', async () => {
    const one = teller('notify');
    await one.all([query, query, { ...query, at: NOW + 60 * MINUTE }, push, push]);
    expect(done.filter((each) => each.startsWith('told'))).toHaveLength(4);
  });

  test('that nobody was told fails the call, and the others are told', async () => {
    await expect(teller('contain', true).all([push, query])).rejects.toThrow('SNS is down');
    expect(done.filter((each) => each.startsWith('contain'))).toHaveLength(2);
  });
});

test('a message has the agent, what was seen, the runbook and the command, in at most 100 characters and in ASCII', () => {
  const saw = `"${'é\u001b[2J'.repeat(2000)}"`;
  const { subject, message } = messageFor(WHERE, 'notify', {
    signal: 'refusals',
    agent: 'scout',
    at: NOW,
    saw,
    again: 7,
  });
  expect(subject).toBe('airlock: scout: refusals');
  expect(message).toMatch(/^[\x20-\x7e\n]{1,3000}$/);
  for (const part of [
    'scout was refused',
    'npx airlock audit scout --since 1d --denied --stack airlock --region eu-north-1\n',
    'section refusals',
    '7 times more',
  ])
    expect(message).toContain(part);
});

test('a message about no agent names a command without one', () => {
  const seen = { signal: 'flow-logs-undelivered', at: NOW, saw: 'Access error' } as const;
  expect(messageFor(WHERE, 'notify', seen).message).toContain(
    'Look: npx airlock verify --stack airlock --region eu-north-1\n',
  );
});

test('a mail has no link of the agent', () => {
  const saw = '"DELETE api.example.com/repos/https://evil.example/WWW.evil.example/approve"';
  const { message } = messageFor(WHERE, 'notify', { signal: 'pushes', agent: 'scout', at: NOW, saw });
  const part = { agent: 'scout', problem: saw };
  for (const text of [message, reviewMail(WHERE, [part]).message]) {
    expect(text).toContain('/https[:]//evil[.]example/WWW[.]evil[.]example/approve');
    expect(text).not.toMatch(/:\/\/|evil\.example/i);
  }
});

test('modes are one letter a signal, and every mode comes back', () => {
  expect(new Set(MODES.map((mode) => mode[0])).size).toBe(MODES.length);
  for (const mode of MODES) {
    const letters = encodeModes({ refusals: mode });
    expect(letters).toHaveLength(SIGNALS.length);
    expect(decodeMode(letters, 'refusals')).toBe(mode);
    expect(decodeMode(letters, 'asks-for-grant')).toBe('notify');
  }
  for (const id of SIGNALS) expect(decodeMode('', id)).toBe(CATALOGUE[id].mode);
});

test('a signal of no one agent has the strictest mode that an agent has', () => {
  const all = (['off', 'notify', 'shadow'] as const).map((mode) =>
    encodeModes({ 'flow-logs-undelivered': mode }),
  );
  expect(strictestMode(all, 'flow-logs-undelivered')).toBe('notify');
  expect(strictestMode(all.slice(0, 1), 'flow-logs-undelivered')).toBe('off');
  expect(strictestMode([], 'flow-logs-undelivered')).toBe('shadow');
});
