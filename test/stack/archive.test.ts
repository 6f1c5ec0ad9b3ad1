import type { Airlock } from '../../lib/config/model';
import { itemsOfConfiguration } from '../../lib/cost/of-configuration';
import { itemsOfTemplate } from '../../lib/cost/of-template';
import { PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
import { judge } from '../../lib/guardrails';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { pinned, type StackTemplate, templateOf } from './synthesise';

const AUDIT = { retentionDays: 90, archive: 's3' } as const;
const archived = (audit: Partial<Airlock['audit']> = {}) =>
  templateOf(pinned({ ...kitAirlock(), audit: { ...AUDIT, ...audit } }));
const entry = ({ Resources }: StackTemplate, type: string) =>
  Object.entries(Resources).find(([, { Type }]) => Type === type) as [
    string,
    StackTemplate['Resources'][string],
  ];

describe('with `audit.archive: s3`', () => {
  const template = archived();
  const [id, bucket] = entry(template, 'AWS::S3::Bucket');
  const statements = (role: RegExp) =>
    Object.entries(template.Resources)
      .filter(([name, { Type }]) => Type === 'AWS::IAM::ManagedPolicy' && role.test(name))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

  test('LOG-1 the bucket is locked for as long as the logs are kept, private, encrypted, and outlives the stack', () => {
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 90 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(bucket.DeletionPolicy).toMatch(/^Retain/);
    const [, other] = entry(archived({ archiveLock: 'compliance', archiveDays: 400 }), 'AWS::S3::Bucket');
    expect(other.Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({
      Mode: 'COMPLIANCE',
      Days: 400,
    });
  });

  test('nobody comes without TLS, or puts a second version of a file', () => {
    const [, policy] = entry(template, 'AWS::S3::BucketPolicy');
    const denied = policy.Properties.PolicyDocument.Statement.map(
      ({ Effect, Action, Condition }: Record<string, unknown>) => ({ Effect, Action, Condition }),
    );
    expect(denied).toEqual([
      { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
    ]);
  });

  test('IAM-2 a box may put below its agent’s name under its agent’s key, and nobody in the stack may read', () => {
    const s3 = statements(/^scoutProxyRole/).filter(({ Action }) =>
      /^s3:(?!GetObject)|GenerateDataKey/.test(String(Action)),
    );
    expect(s3).toMatchObject([
      { Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/scout/*']] } },
      {
        Action: 'kms:GenerateDataKey',
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      },
    ]);
    const readers = statements(/./).filter(
      (each) => JSON.stringify(each).includes(id) && each.Action !== 's3:PutObject',
    );
    expect(readers).toEqual([]);
    expect(judge(template)).toEqual([]);
  });

  test('each box is told the bucket and its own key', () => {
    const box = Object.entries(template.Resources).find(([name]) => /^scoutProxyBox/.test(name))?.[1];
    const text = JSON.stringify(box?.Properties.Value);
    expect(text).toContain(`{"Ref":"${id}"}`);
    expect(text).toMatch(/"Fn::GetAtt":\["scoutKey/);
  });

  test('its price is known from the configuration', () => {
    const airlock = pinned({ ...kitAirlock(), audit: AUDIT });
    const priced = itemsOfTemplate(template);
    expect(priced.ok && quote(priced.items, PRICES)).toEqual(quote(itemsOfConfiguration(airlock), PRICES));
    expect(itemsOfConfiguration(airlock).filter(({ what }) => what.startsWith('archive'))).not.toEqual([]);
  });
});

test('without it there is no bucket', () => {
  expect(entry(templateOf(pinned(airlockWith({}))), 'AWS::S3::Bucket')).toBeUndefined();
});
