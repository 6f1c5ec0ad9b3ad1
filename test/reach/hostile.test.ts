import fc from 'fast-check';
import { reach } from '../../lib/reach';
import { shippedId } from '../support/broken';
import { type Json, KIT, leavesOf } from './support';

describe('hostile input', () => {
  const settled = (template: unknown) => {
    const result = reach(template);
    if (result.ok) expect(() => JSON.stringify(result.report)).not.toThrow();
    else expect(result.problems.length).toBeGreaterThan(0);
  };

  test('no JSON makes it throw', () => {
    fc.assert(fc.property(fc.jsonValue(), settled));
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (Resources) => settled({ Resources })));
  });

  const KIT_PLACES = leavesOf(KIT);
  test('no damage to a template makes it throw', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        null,
        [],
        {},
        '',
        -1,
        { Ref: shippedId(KIT, 'Vpc') },
        { Ref: 'Nobody' },
        { 'Fn::GetAtt': [shippedId(KIT, 'scoutProxyInstance'), 'PrivateIp'] },
        { 'Fn::If': ['x', [], {}] },
        { 'Fn::Sub': `\${${shippedId(KIT, 'scoutProxyInstance')}.PrivateIp}/32` },
        { 'Fn::Select': [9, []] },
        { 'Fn::Cidr': ['10.0.0.0/8', 256, 1] },
      ),
    );
    const place = fc.constantFrom(...KIT_PLACES);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, odd), { minLength: 1, maxLength: 3 }), (changes) => {
        const template = structuredClone(KIT);
        for (const [path, value] of changes) {
          const holder = path
            .slice(0, -1)
            .reduce(
              (each: Json, key) => (typeof each === 'object' && each !== null ? each[key] : undefined),
              template,
            );
          if (typeof holder === 'object' && holder !== null) holder[path.at(-1) as string] = value;
        }
        settled(template);
      }),
      { numRuns: 80 },
    );
  });

  test('names that mean something to JavaScript mean nothing here', () => {
    const text =
      '{"Resources":{"__proto__":{"Type":"AWS::EC2::Instance","Properties":{"SubnetId":{"Ref":"constructor"},"__proto__":{"Ref":"__proto__"}}},"constructor":{"Type":"toString"}},"Parameters":{"constructor":{"Default":"x"}},"Mappings":{"__proto__":{}},"Conditions":{"hasOwnProperty":true}}';
    settled(JSON.parse(text));
    const result = reach(JSON.parse(text));
    expect(result.ok && result.report.machines.map((machine) => machine.id)).toEqual(['__proto__']);
  });

  test('circles and depth come to an end', () => {
    const around = (name: string) => ({ 'Fn::GetAtt': [name, 'CidrBlock'] });
    let deep: Json = 'x';
    for (let i = 0; i < 5000; i += 1) deep = { 'Fn::Join': ['', [deep]] };
    settled({
      Conditions: { One: { Condition: 'Two' }, Two: { 'Fn::Not': [{ Condition: 'One' }] } },
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Condition: 'One', Properties: { CidrBlock: around('Other') } },
        Other: {
          Type: 'AWS::EC2::VPC',
          Properties: { CidrBlock: { 'Fn::Join': ['', [around('Vpc'), around('Vpc')]] } },
        },
        Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: deep } },
        Agent: { Type: 'AWS::EC2::Instance', Properties: { SubnetId: { Ref: 'Subnet' } } },
      },
    });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'the template must be an object with "Resources", not null'],
    ['a list', [], 'the template must be an object with "Resources", not a list'],
    [
      'no resources',
      {},
      'Resources: the template has none, so it deploys nothing: pass a CloudFormation template',
    ],
    ['resources as a list', { Resources: [] }, 'Resources: must be an object, not a list'],
    [
      'a resource as text',
      { Resources: { A: 'x' } },
      'Resources.A: must be an object with "Type", not a string',
    ],
    [
      'a type as number',
      { Resources: { A: { Type: 1 } } },
      'Resources.A.Type: must be a text such as "AWS::EC2::Instance", not a number',
    ],
    [
      'properties as a list',
      { Resources: { A: { Type: 'X', Properties: [] } } },
      'Resources.A.Properties: must be an object, not a list',
    ],
    [
      'a condition as object',
      { Resources: { A: { Type: 'X', Condition: {} } } },
      'Resources.A.Condition: must be the name of a condition, not an object',
    ],
    [
      'too many',
      { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`R${i}`, { Type: 'X' }])) },
      'Resources: 501 is more than the 500 that CloudFormation allows in a stack',
    ],
  ])('%s is refused by name', (_name, template, problem) => {
    expect(reach(template)).toEqual({ ok: false, problems: [problem] });
  });
});
