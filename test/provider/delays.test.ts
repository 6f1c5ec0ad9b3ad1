/** AWS is eventually consistent: permissions, keys and parameters count a while after they were made. */

import { awsError } from '../support/aws';
import { expectPair } from './expect-pair';
import { CA_KEY, failed, useFakeAccount } from './fake-account';

/** What Lambda gives the function. */
const TIME_MS = 180_000;

const aws = useFakeAccount();
let start: number;
beforeEach(() => {
  start = aws.now.getTime();
});

const seconds = () => (aws.now.getTime() - start) / 1000;
const denial = (name: string) =>
  awsError(
    name,
    'User: u is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1 because',
  );

describe('a permission that IAM does not know yet', () => {
  test.each(['AccessDeniedException', 'AccessDenied', 'InvalidKeyId'])(
    '%s passes within a minute',
    async (name) => {
      aws.ssm.fault = (action) => (action === 'PutParameter' && seconds() < 60 ? denial(name) : undefined);
      const told = await aws.run({}, TIME_MS);
      expect(told.Status).toBe('SUCCESS');
      expectPair(aws.ssm, told);
      expect(seconds()).toBeLessThan(75);
    },
  );

  test('is waited for from the first denial on, not from another answer before it', async () => {
    let reads = 0;
    let denied: number | undefined;
    aws.ssm.fault = (action) => {
      if (action === 'GetParameterHistory' && reads++ < 4) aws.now = new Date(aws.now.getTime() + 10_000);
      if (action !== 'PutParameter') return undefined;
      denied ??= seconds();
      return seconds() < denied + 60 ? denial('AccessDeniedException') : undefined;
    };
    expect((await aws.run({}, TIME_MS)).Status).toBe('SUCCESS');
    expect(seconds()).toBeGreaterThan(95);
  });

  test('is waited for by the default security group, too', async () => {
    aws.ec2Fault = () => (seconds() < 20 ? awsError('UnauthorizedOperation') : undefined);
    const told = await aws.run(
      {
        ResourceType: 'Custom::VpcRestrictDefaultSG',
        ResourceProperties: { DefaultSecurityGroupId: 'sg-0123456789abcdef0', Account: '111122223333' },
      },
      TIME_MS,
    );
    expect(told.Status).toBe('SUCCESS');
    expect(aws.ec2Calls.at(-1)?.action).toBe('RevokeSecurityGroupEgress');
  });

  test('is reported by name when it never comes, after a minute and a half', async () => {
    aws.ssm.fault = (action) => (action === 'PutParameter' ? denial('AccessDeniedException') : undefined);
    expect(await aws.run({}, TIME_MS)).toMatchObject(
      failed("the provider's role may not kms:Encrypt on arn:aws:kms:us-east-1"),
    );
    expect(seconds()).toBeGreaterThan(80);
    expect(seconds()).toBeLessThanOrEqual(90);
  });

  test('is reported by name before the function runs out of time', async () => {
    aws.ssm.fault = () => denial('AccessDeniedException');
    const told = await aws.run({}, 50_000);
    expect(told.Reason).toContain("the provider's role may not kms:Encrypt");
    expect(seconds()).toBeLessThan(30);
  });

  test('costs no time once it was waited for: each denied call does not wait anew', async () => {
    let passed = false;
    aws.ssm.fault = (action) => {
      passed ||= seconds() >= 60;
      return action === 'GetParameterHistory' && !passed
        ? denial('AccessDeniedException')
        : action === 'PutParameter'
          ? denial('AccessDeniedException')
          : undefined;
    };
    expect((await aws.run({}, TIME_MS)).Status).toBe('FAILED');
    expect(seconds()).toBeLessThanOrEqual(90);
  });

  test('is the one error that is waited for', async () => {
    aws.ssm.fault = () => awsError('ValidationException');
    expect((await aws.run({}, TIME_MS)).Status).toBe('FAILED');
    expect(aws.pauses).toEqual([]);
  });
});

describe('reads that lag behind writes', () => {
  test.each([1, 5, 25])('by %i seconds end with the one pair that was made', async (lag) => {
    aws.ssm.lag = lag * 1000;
    const told = await aws.run({}, TIME_MS);
    expect(told.Status).toBe('SUCCESS');
    expectPair(aws.ssm, told);
    expect(aws.ssm.parameters.get(CA_KEY)).toHaveLength(1);
  });

  test('do not make a renewed pair anew', async () => {
    await aws.run({}, TIME_MS);
    aws.now = new Date('2036-01-01T00:00:00Z');
    aws.ssm.lag = 10_000;
    const told = await aws.run({ RequestType: 'Update', PhysicalResourceId: 'airlock/scout' }, TIME_MS);
    expectPair(aws.ssm, told);
    expect(aws.ssm.parameters.get(CA_KEY)).toHaveLength(2);
  });
});
