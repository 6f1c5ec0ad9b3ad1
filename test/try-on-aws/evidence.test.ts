import type { Report, Seen } from '../../lab/aws/drive';
import { type About, evidenceOf } from '../../lab/aws/evidence';
import { ACCOUNT, NOW, STACK } from './fake-trial';

const seen = (status: Seen['status'], covers: Seen['covers']): Seen => ({
  id: covers.join('+'),
  title: 'title',
  covers,
  status,
  evidence: `arn:aws:ec2:eu-west-1:${ACCOUNT}:volume/vol-1`,
  seconds: 7,
});
const report: Report = {
  seen: [seen('pass', ['memory', 'boots']), seen('fail', ['boots']), seen('not reached', ['drift'])],
  left: [],
};
const about: About = {
  identity: { Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/me` },
  env: {},
  region: 'eu-west-1',
  stack: STACK,
  began: NOW,
  versions: { kit: '0.1.0' },
  template: 'digest',
};

describe('the evidence', () => {
  test('holds the result of each check, and an item is shown only when all of its checks passed', () => {
    const result = evidenceOf(report, about);
    const text = result.ok ? JSON.parse(result.text) : undefined;
    expect(text).toMatchObject({ date: NOW.toISOString(), region: 'eu-west-1', template: 'digest' });
    expect(text.checks[0]).toMatchObject({ status: 'pass', seconds: 7 });
    expect(text.items.memory).toMatchObject({ shown: true });
    expect(text.items.boots).toMatchObject({ shown: false });
    expect(text.items.drift).toMatchObject({ shown: false });
    expect(text.items.budgets).toMatchObject({ shown: false, checks: [] });
  });

  test('holds no account number', () => {
    const result = evidenceOf(report, about);
    expect(result.ok && result.text).not.toContain(ACCOUNT);
    expect(result.ok && result.text).toContain('arn:aws:ec2:eu-west-1:************:volume/vol-1');
  });

  test.each<[string, Partial<About>]>([
    ["moto's account", { identity: { Account: '123456789012', Arn: 'arn:aws:sts::123456789012:user/moto' } }],
    [
      'the account of another emulator',
      { identity: { Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root' } },
    ],
    ['no account', { identity: { Account: '', Arn: '' } }],
    ['an ARN of another account', { identity: { Account: ACCOUNT, Arn: 'arn:aws:iam::1:root' } }],
    ['another endpoint', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' } }],
    ['another endpoint for one service', { env: { AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:5000' } }],
  ])('is refused for %s', (_, more) => {
    expect(evidenceOf(report, { ...about, ...more })).toMatchObject({ ok: false });
  });
});
