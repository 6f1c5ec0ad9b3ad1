import fc from 'fast-check';
import { answerText } from '../../constructs/provider/function/answer';
import { useFakeAccount } from './fake-account';

const aws = useFakeAccount();

test('is a PUT with a length and an empty content type, which the signature covers', async () => {
  await aws.run({});
  expect(aws.headers[0]).toMatchObject({ method: 'PUT', 'content-type': '' });
  expect(Number(aws.headers[0]?.['content-length'])).toBeGreaterThan(100);
});

test.each([
  ['a server error', [500, 503]],
  ['a broken connection', [0, 0, 0]],
])('is sent again after %s', async (_, statuses) => {
  aws.statuses.push(...statuses);
  expect((await aws.run({})).Status).toBe('SUCCESS');
  expect(aws.pauses).toHaveLength(statuses.length);
});

test.each([
  ['is not sent again after a refusal', [403], /refused the answer with HTTP 403$/],
  ['is given up after four tries', [500, 0, 500, 0], /could not be delivered in 4 tries$/],
])('%s, and the function fails without naming the address', async (_, statuses, message) => {
  aws.statuses.push(...statuses);
  await expect(aws.run({})).rejects.toThrow(message);
});

test('is never sent in plaintext to another machine', async () => {
  await expect(aws.run({ ResponseURL: 'http://192.0.2.1/answer' })).rejects.toThrow(/could not be delivered/);
});

test('comes in time when the work does not, and says so', async () => {
  let stop = () => {};
  const hung = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('stopped'));
  });
  aws.ssm.send = () => hung;
  const told = await aws.run({}, 20_010);
  stop();
  expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'airlock/scout' });
  expect(told.Reason).toBe('time ran out: deploy again, what was done is kept');
});

test('comes when no time was left at all', async () => {
  expect((await aws.run({}, 0)).Reason).toMatch(/^time ran out/);
});

test('names an unexpected error without its words', async () => {
  aws.ssm.send = async () => {
    throw new RangeError('words');
  };
  const told = await aws.run({});
  expect(told.Reason).toBe(
    'ssm:GetParameterHistory of "/airlock/scout/github-read-pat" failed with RangeError: see the error, then deploy again',
  );
  expect(aws.written.join()).not.toContain('words');
});

test('survives a fault of its own, and logs where, not what', async () => {
  Object.defineProperty(aws.ssm, 'client', {
    get: () => {
      throw new TypeError('words');
    },
  });
  const told = await aws.run({});
  expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'airlock/scout' });
  expect(told.Reason).toBe('the provider failed with TypeError: see its log, then deploy again');
  expect(aws.written.join()).toContain('answer.test.ts');
  expect(aws.written.join()).not.toContain('words');
});

test('stays below 4,096 bytes whatever the reason and however many secrets were kept', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 9000 }), fc.nat(900), (reason, length) => {
      const text = answerText({
        Status: 'FAILED',
        Reason: reason,
        PhysicalResourceId: 'airlock/scout',
        StackId: 's'.repeat(300),
        RequestId: 'r'.repeat(36),
        LogicalResourceId: 'l'.repeat(255),
        Data: { CaCertificate: 'c'.repeat(length) },
      });
      expect(Buffer.byteLength(text)).toBeLessThan(4096);
      expect(JSON.parse(text).Reason.length).toBeLessThanOrEqual(1500);
    }),
  );
});
