import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { awsError } from '../support/aws';
import { KEY, properties, useFakeAccount, WRITE } from './fake-account';

const aws = useFakeAccount();

/** Every form in which the private half of a key could show; the third line of its PEM holds the public half alone. */
function formsOf(privateKey: string): string[] {
  const { d = '' } = createPrivateKey(privateKey).export({ format: 'jwk' });
  const scalar = Buffer.from(d, 'base64url');
  return [...privateKey.split('\n').slice(1, 3), d, scalar.toString('hex'), scalar.toString('base64')];
}

test('SEC-1 SEC-3 no private key and no value reaches an answer, a log line or an error, whatever AWS repeats', async () => {
  const keys = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('Create', 'Update', 'Delete'),
      fc.constantFrom(
        'ValidationException',
        'AccessDeniedException',
        'TypeError',
        'InternalServerError',
        'a b',
      ),
      fc.nat(12),
      async (RequestType, name, at) => {
        let count = 0;
        aws.ssm.revive();
        aws.ssm.parameters.clear();
        aws.ssm.set(WRITE, 'set-by-operator', KEY);
        aws.written.length = 0;
        aws.ssm.fault = (_, { Value = '' }) => {
          if (Value.includes('PRIVATE KEY')) keys.add(Value);
          const repeated = `'${Value}' is not authorized to perform: ${Value} on resource: ${Value}`;
          return count++ >= at ? awsError(name, repeated) : undefined;
        };
        await aws.run({
          RequestType,
          PhysicalResourceId: 'airlock/scout',
          OldResourceProperties: properties(),
        });
        const written = aws.written.join('\n');
        expect(written).not.toMatch(/PRIVATE KEY|set-by-operator|ciphertext|signature=abc/);
        for (const form of [...keys].flatMap(formsOf)) expect(written).not.toContain(form);
      },
    ),
    { numRuns: 40 },
  );
  expect(keys.size).toBeGreaterThan(0);
});
