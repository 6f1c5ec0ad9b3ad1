import { type Switches, triggersOf } from '../../lib/containment/trigger';
import { containAutomatically } from '../../lib/operations/containment/automatic';
import { FakeAccount, FakeClock } from './fake-account';

const TOPIC = 'arn:aws:sns:eu-north-1:111122223333:containment';
const SWITCHES: Switches = {
  scout: {
    alarms: ['airlock-scoutHealthAlarm-1'],
    budgets: ['airlock.eu-north-1.scout'],
    signals: ['pushes'],
  },
  mender: { alarms: [], budgets: ['airlock.eu-north-1.scout-2'], signals: [] },
};

/** As AWS Budgets writes it. */
const budget = (name: string) => `AWS Budget Notification November 27, 2026
AWS Account 111122223333

Dear AWS Customer,

You requested that we alert you when the ACTUAL Cost associated with your ${name} budget is greater than $120.00.

Budget Name: ${name}
Budget Type: Cost
Alert Threshold: > $120.00
`;
const alarm = (changes: object = {}) =>
  JSON.stringify({
    AlarmName: 'airlock-scoutHealthAlarm-1',
    AlarmArn: 'arn:aws:cloudwatch:eu-north-1:111122223333:alarm:airlock-scoutHealthAlarm-1',
    AWSAccountId: '111122223333',
    NewStateValue: 'ALARM',
    ...changes,
  });
const sns = (Message: unknown, TopicArn = TOPIC) => ({ TopicArn, Message });
const agents = (message: unknown) => triggersOf(message, TOPIC, SWITCHES).map(({ agent }) => agent);

describe('KILL-1 a message contains', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['the agent of a budget that is spent', sns(budget('airlock.eu-north-1.scout')), ['scout']],
    ['the agent of an alarm', sns(alarm()), ['scout']],
    ['nobody for the budget of the stack', sns(budget('airlock.eu-north-1')), []],
    ['nobody for a budget whose name is longer', sns(budget('airlock.eu-north-1.scout-3')), []],
    ['nobody for a budget whose name begins earlier', sns(budget('my-airlock.eu-north-1.scout')), []],
    ['only the longer name of two', sns(budget('airlock.eu-north-1.scout-2')), ['mender']],
    ['the agent of a signal', sns(JSON.stringify({ signal: 'pushes', agent: 'scout' })), ['scout']],
    ['nobody for a signal without a switch', sns(JSON.stringify({ signal: 'actions', agent: 'scout' })), []],
    ['nobody for a signal of another agent', sns(JSON.stringify({ signal: 'pushes', agent: 'mender' })), []],
    [
      'nobody for a signal by another topic',
      sns(JSON.stringify({ signal: 'pushes', agent: 'scout' }), `${TOPIC}s`),
      [],
    ],
    ['nobody for another topic', sns(budget('airlock.eu-north-1.scout'), `${TOPIC}s`), []],
    ['nobody for an alarm that ends', sns(alarm({ NewStateValue: 'OK' })), []],
    ['nobody for an alarm of another name', sns(alarm({ AlarmName: 'scout' })), []],
    [
      'nobody for an alarm of another account',
      sns(alarm({ AlarmArn: 'arn:aws:cloudwatch:eu-north-1:999988887777:alarm:a' })),
      [],
    ],
    [
      'nobody for an alarm of another Region',
      sns(alarm({ AlarmArn: 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:a' })),
      [],
    ],
    ['nobody for an alarm that tells of a budget', sns(alarm({ AlarmName: 'airlock.eu-north-1.scout' })), []],
    ['nobody for a list of names', sns(JSON.stringify(['airlock.eu-north-1.scout'])), []],
    ['nobody for the name of an agent', sns('scout'), []],
    ['nobody for no text', sns(7), []],
    ['nobody for no message', null, []],
  ])('%s', (_, message, expected) => {
    expect(agents(message)).toEqual(expected);
  });
});

describe('KILL-1 the function', () => {
  let clock: FakeClock;
  let aws: FakeAccount;
  const logged: object[] = [];
  beforeEach(() => {
    clock = new FakeClock();
    aws = new FakeAccount(clock);
    logged.length = 0;
  });
  const on = (...messages: unknown[]) =>
    containAutomatically(
      { Records: messages.map((Sns) => ({ Sns })) },
      { aws, clock, stack: 'airlock', topic: TOPIC, switches: SWITCHES, log: (entry) => logged.push(entry) },
    );
  const spent = sns(budget('airlock.eu-north-1.scout'));

  test('contains the agent, tells people why, and touches no other', async () => {
    await on(spent);
    expect(aws.told[0]).toMatch(/^scout is cut off\n.*Asked for by the budget airlock\.eu-north-1\.scout/s);
    expect(aws.calls).toContain('stop i-scout-box by force');
    expect(aws.calls.filter((call) => call.includes('mender'))).toEqual([]);
    expect(logged).toMatchObject([{ agent: 'scout', reason: 'contained' }]);
  });

  test('does it once for a message that arrives twice, then and later', async () => {
    await on(spent, spent, sns(alarm()));
    expect(aws.told).toHaveLength(1);
    await on(spent);
    expect(aws.told).toHaveLength(1);
    expect(logged.at(-1)).toMatchObject({ outcome: 'contained before' });
  });

  test('contains again what somebody has begun to release', async () => {
    await on(spent);
    await aws.start('i-scout-box');
    await on(spent);
    expect(aws.told).toHaveLength(2);
  });

  test('fails when the agent may not be cut off, so that Lambda tries again', async () => {
    aws.refuses.add('stop');
    await expect(on(spent)).rejects.toThrow('scout is not confirmed to be cut off');
  });

  test('contains also when AWS does not say what is contained already', async () => {
    const { quarantineGroup } = aws;
    aws.quarantineGroup = async () => {
      aws.quarantineGroup = quarantineGroup;
      throw new Error('AWS denied it');
    };
    await on(spent);
    expect(aws.calls).toContain('stop i-scout-box by force');
  });

  test.each([undefined, {}, { Records: [{}] }])('ignores an event %j', async (event) => {
    const input = { aws, clock, stack: 'airlock', topic: TOPIC, switches: SWITCHES };
    await containAutomatically(event, { ...input, log: (entry) => logged.push(entry) });
    expect(aws.calls).toEqual([]);
    expect(logged).toMatchObject([{ outcome: 'ignored' }]);
  });
});
