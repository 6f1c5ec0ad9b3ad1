import type { Agent } from '../../lib/config/model';
import { listSecrets } from '../../lib/operations/list-secrets';
import { awsError, awsWith } from '../support/aws';

const MADE = {
  Version: 1,
  KeyId: 'key',
  Description: 'Agent Airlock secret, never set',
  Value: 'ciphertext',
};
const SET = {
  ...{
    Version: 2,
    KeyId: 'key',
    Description: 'Agent Airlock secret, set by an operator',
    Value: 'ciphertext',
  },
  LastModifiedDate: new Date('2026-01-01T00:00:00Z'),
  LastModifiedUser: 'arn:aws:iam::123456789012:user/officer',
};

/** The history of one parameter; an error instead when it is a name. */
async function listed(history: readonly object[] | string) {
  const sent: unknown[] = [];
  const aws = awsWith((_, input) => {
    if (input.Name === '/airlock/scout/ca/private-key') return { Parameters: [{ Version: 1, KeyId: 'key' }] };
    sent.push(input);
    if (typeof history === 'string') throw awsError(history, 'ciphertext');
    return { Parameters: history };
  });
  const agent = { name: 'scout', secrets: [{ id: 'write', parameter: '/airlock/scout/write' }] };
  const result = await listSecrets(aws, 'airlock', [agent as unknown as Agent]);
  expect(JSON.stringify(result)).not.toContain('ciphertext');
  expect(sent).toEqual([{ Name: '/airlock/scout/write' }]);
  return result;
}

describe('SEC-1 secrets list tells of a secret, and never its value', () => {
  test.each<[string, readonly object[] | string, object]>([
    [
      'a set one, with who and when',
      [MADE, SET],
      { state: 'set', version: 2, changed: '2026-01-01T00:00:00.000Z', by: SET.LastModifiedUser },
    ],
    ['one that only the deployment made', [MADE], { state: 'unset', version: 1 }],
    [
      'one that somebody else made',
      [{ ...SET, Version: 1, Description: 'mine' }],
      { state: 'set', version: 1 },
    ],
    [
      'one under the key of an earlier agent',
      [MADE, { ...SET, KeyId: 'earlier' }],
      { state: 'other-key', version: 2 },
    ],
    ['plain text', [{ ...SET, KeyId: undefined }], { state: 'plain' }],
    ['one that no deployment made', 'ParameterNotFound', { state: 'missing' }],
  ])('%s', async (_, history, expected) => {
    expect(await listed(history)).toMatchObject({
      reason: 'listed',
      secrets: [{ agent: 'scout', id: 'write', parameter: '/airlock/scout/write', ...expected }],
    });
  });

  test('names the permission that is missing', async () => {
    expect(await listed('AccessDeniedException')).toEqual({
      reason: 'aws',
      message: expect.stringContaining('AWS denied ssm:GetParameterHistory in us-east-1'),
    });
  });
});
