import { itemsOfTemplate } from '../../lib/cost/of-template';
import { ageOf, instancePrice, PRICES, priceOf } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';

const TAGS = [{ Key: 'airlock:agent', Value: 'a' }];

function cost(resources: Record<string, { Type: string; Properties?: object }>) {
  const read = itemsOfTemplate({ Resources: resources });
  if (!read.ok) throw new Error(read.problems.join());
  return quote(read.items, PRICES);
}

describe('lines of a template', () => {
  test('a resource with the tag of an agent belongs to the agent, any other is shared', () => {
    const key = { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } };
    const { agents, shared } = cost({
      Own: { ...key, Properties: { ...key.Properties, Tags: TAGS } },
      Shared: key,
    });
    expect(agents.map(({ agent, idleUsd, laterUsd }) => [agent, idleUsd, laterUsd])).toEqual([['a', 1, 2]]);
    expect(shared.idleUsd).toBe(1);
  });

  test('a key without rotation has no later cost', () => {
    expect(cost({ Key: { Type: 'AWS::KMS::Key' } }).shared.lines.map(({ what }) => what)).toEqual([
      'encryption key',
    ]);
  });

  test.each([
    ['an instance type that the table lacks', { InstanceType: 'q9g.huge' }, 'agent host, q9g.huge'],
    ['an instance type by parameter', { InstanceType: { Ref: 'Type' } }, 'agent host, of an unknown type'],
    [
      'a disk of another kind',
      { InstanceType: 't4g.nano', BlockDeviceMappings: [{ Ebs: { VolumeType: 'io2', VolumeSize: 8 } }] },
      'root disk of the agent host',
    ],
    [
      'a disk of an unknown size',
      {
        InstanceType: 't4g.nano',
        BlockDeviceMappings: [{ Ebs: { VolumeType: 'gp3', VolumeSize: { Ref: 'Size' } } }],
      },
      'root disk of the agent host',
    ],
  ])('%s gives a line without a price, and a lower bound as total', (_, properties, what) => {
    const { agents, lowerBound } = cost({
      Host: { Type: 'AWS::EC2::Instance', Properties: { ...properties, Tags: TAGS } },
    });
    expect(lowerBound).toBe(true);
    expect(agents[0]?.unpriced).toEqual([what]);
    expect(agents[0]?.lines.find((line) => line.what === what)?.usd).toBeUndefined();
  });

  test.each([
    ['AWS::SSM::Parameter', { Tier: 'Advanced' }, ['parameter beyond the Standard tier']],
    ['AWS::SSM::Parameter', { Tier: 'Standard' }, []],
    ['AWS::CloudWatch::Alarm', { Period: 10 }, ['alarm of high resolution']],
    ['AWS::CloudWatch::Alarm', { Period: 60 }, []],
  ])('%s with %j has these lines without a price: %j', (Type, Properties, unpriced) => {
    expect(cost({ It: { Type, Properties } }).shared.unpriced).toEqual(unpriced);
  });

  test('a gateway costs by the hour, and by the data of each proxy box', () => {
    const box = {
      Type: 'AWS::EC2::Instance',
      Properties: { InstanceType: 't4g.micro', Tags: [...TAGS, { Key: 'airlock:part', Value: 'proxy-box' }] },
    };
    const { shared } = cost({
      Nat: { Type: 'AWS::EC2::NatGateway' },
      Transit: { Type: 'AWS::EC2::TransitGatewayAttachment' },
      One: box,
      Two: box,
    });
    expect(Object.fromEntries(shared.lines.map(({ what, usd }) => [what, usd?.toFixed(2)]))).toEqual({
      'NAT gateway': '32.85',
      'data through the NAT gateway': '0.09',
      'transit gateway attachment': '36.50',
      'data through the transit gateway': '0.04',
    });
  });

  test("a metric of several alarms and a filter counts once, and AWS's own metrics never", () => {
    const alarm = (Namespace: string, MetricName: string) => ({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Namespace, MetricName, Tags: TAGS },
    });
    const { agents } = cost({
      One: alarm('Airlock', 'Health'),
      Two: alarm('Airlock', 'Health'),
      Three: alarm('AWS/EC2', 'StatusCheckFailed'),
      Filter: {
        Type: 'AWS::Logs::MetricFilter',
        Properties: { MetricTransformations: [{ MetricNamespace: 'Airlock', MetricName: 'Health' }] },
      },
    });
    expect(agents[0]?.lines.map(({ what, quantity }) => [what, quantity])).toEqual([
      ['alarms', 3],
      ['metrics of the kit', 1],
    ]);
  });

  test('snapshots count for the volumes of a selection, over the retention of its plan', () => {
    const volume = (Size: number) => ({
      Type: 'AWS::EC2::Volume',
      Properties: { Size, VolumeType: 'gp3', Tags: TAGS },
    });
    const { agents } = cost({
      Saved: volume(100),
      Other: volume(10),
      Plan: {
        Type: 'AWS::Backup::BackupPlan',
        Properties: { BackupPlan: { BackupPlanRule: [{ Lifecycle: { DeleteAfterDays: 30 } }] } },
      },
      Selection: {
        Type: 'AWS::Backup::BackupSelection',
        Properties: {
          BackupPlanId: { Ref: 'Plan' },
          BackupSelection: { Resources: [{ 'Fn::Join': ['', ['x/', { Ref: 'Saved' }]] }] },
        },
      },
    });
    const snapshots = agents[0]?.lines.find(({ price }) => price === 'snapshot');
    expect(snapshots?.quantity).toBeCloseTo(100 * (0.2 + 30 * 0.01));
  });
});

describe('the price table', () => {
  test.each([
    ['2026-03-15', 1, false],
    ['2027-03-13', 364, false],
    ['2027-03-14', 365, true],
  ])('on %s its age is %i days', (day, days, old) => {
    expect(ageOf(PRICES, new Date(day))).toEqual({ asOf: '2026-03-14', days, old });
  });

  test('every price has a source, and every source a day and a page', () => {
    const used = [...Object.values(PRICES.prices).map(({ source }) => source), PRICES.instances.source];
    expect([...new Set(used)].sort()).toEqual(Object.keys(PRICES.sources).sort());
    for (const { asOf, url } of Object.values(PRICES.sources)) {
      expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(url).toMatch(/^https:\/\//);
    }
  });

  test('every price is above zero', () => {
    const prices = [
      ...Object.values(PRICES.prices).map(({ usd }) => usd),
      ...Object.values(PRICES.instances.usdAnHour).flatMap((sizes) => Object.values(sizes)),
    ];
    expect(prices.filter((usd) => !(usd > 0))).toEqual([]);
  });

  test.each([
    '__proto__',
    'constructor',
    'instance __proto__.x',
    'instance t4g.constructor',
    'instance t4g.huge',
  ])('%s has no price', (name) => {
    expect(priceOf(PRICES, name)).toBeUndefined();
  });

  test.each(['t4g.nano', 'm6g.large', 'm7g.xlarge', 'c7g.large', 'c8g.2xlarge', 'r7g.large', 'r6gd.large'])(
    'it has a price for %s',
    (type) => {
      expect(priceOf(PRICES, instancePrice(type))?.usd).toBeGreaterThan(0);
    },
  );
});
