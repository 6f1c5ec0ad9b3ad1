import { readDocument } from '../../lib/reach/template/document';
import { Template } from '../../lib/reach/template/template';
import {
  alternatives,
  describe as described,
  items,
  Reference,
  Unknown,
  type Value,
} from '../../lib/reach/template/value';

const TEMPLATE = {
  Parameters: {
    Cidr: { Type: 'String', Default: '10.1.0.0/16' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Nothing: { Type: 'String' },
    Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/example' },
  },
  Mappings: { Sizes: { small: { bits: 4, list: ['x', 'y'] }, large: { bits: 8, list: [] } } },
  Conditions: {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Maybe: { 'Fn::Equals': [{ Ref: 'Nothing' }, 'a'] },
    Region: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    Both: { 'Fn::And': [{ Condition: 'Maybe' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Maybe' }, { Condition: 'Yes' }] },
  },
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'Cidr' } } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.1.2.0/24' } },
    Probe: { Type: 'Test::Probe', Properties: {} },
  },
};

function resolved(value: unknown): Value {
  const template = structuredClone(TEMPLATE) as { Resources: { Probe: { Properties: { Value?: unknown } } } };
  template.Resources.Probe.Properties.Value = value;
  const read = readDocument(template);
  if (!read.ok) throw new Error(read.problems.join());
  return new Template(read.document).find('Probe')?.get('Value');
}

describe('intrinsic functions', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref to a default', { Ref: 'Cidr' }, '10.1.0.0/16'],
    ['Ref to a list', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, '${AWS::Region}'],
    ['Ref to no value', { Ref: 'AWS::NoValue' }, undefined],
    ['GetAtt of a repeated property', { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, '10.1.0.0/16'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Subnet.CidrBlock' }, '10.1.2.0/24'],
    ['Join', { 'Fn::Join': ['.', ['a', 1, { Ref: 'Vpc' }]] }, 'a.1.${Vpc}'],
    [
      'Sub',
      { 'Fn::Sub': 'x-${Cidr}-${Vpc.CidrBlock}-${Probe}-${!Kept}' },
      'x-10.1.0.0/16-10.1.0.0/16-${Probe}-${Kept}',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${A}${A}', { A: { Ref: 'Cidr' } }] }, '10.1.0.0/1610.1.0.0/16'],
    ['Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Select of a zone', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, '${AWS::Region}a'],
    ['Split', { 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['Cidr of IPv6', { 'Fn::Select': [1, { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }] }, '2001:db8:0:1::/64'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'bits'] }, 4],
    ['Base64', { 'Fn::Base64': 'text' }, 'text'],
    ['If true', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['If false', { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, undefined],
    ['If by And', { 'Fn::If': ['Both', 1, 2] }, 2],
    ['If by Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['no value in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
  ])('%s', (_name, value, expected) => expect(resolved(value)).toEqual(expected));

  test.each<[string, unknown, string]>([
    ['a parameter without default', { Ref: 'Nothing' }, 'parameter Nothing has no default'],
    [
      'a parameter from Parameter Store',
      { Ref: 'Image' },
      'parameter Image is read from Parameter Store at deployment',
    ],
    ['a name nobody has', { Ref: 'Nobody' }, '"Nobody" is neither a parameter nor a resource'],
    ['an import', { 'Fn::ImportValue': { 'Fn::Sub': 'name' } }, 'it is imported from another stack as name'],
    ['a dynamic reference', '{{resolve:ssm:/name}}', 'it is a dynamic reference'],
    ['a macro', { 'Fn::Transform': { Name: 'X' } }, 'Fn::Transform is computed at deployment'],
    [
      'a join with something unknown',
      { 'Fn::Join': ['', ['a', { Ref: 'Nothing' }]] },
      'parameter Nothing has no default',
    ],
    ['a selection out of range', { 'Fn::Select': [7, ['a']] }, 'Fn::Select has no item 7'],
    [
      'a block of unknown size',
      { 'Fn::Cidr': [{ Ref: 'Nothing' }, 1, 8] },
      'the block that Fn::Cidr divides is known at deployment only',
    ],
    ['more blocks than fit', { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] }, 'Fn::Cidr asks for more blocks than fit'],
    [
      'a mapping that is not there',
      { 'Fn::FindInMap': ['None', 'a', 'b'] },
      'its mapping is not in the template',
    ],
    [
      'a condition function',
      { 'Fn::Equals': [{ Ref: 'Nothing' }, 'x'] },
      'its condition is decided at deployment',
    ],
    ['a malformed Join', { 'Fn::Join': 'x' }, 'Fn::Join is malformed'],
    ['a malformed Split', { 'Fn::Split': ['', 'x'] }, 'Fn::Split is malformed'],
    ['a malformed If', { 'Fn::If': ['Yes'] }, 'Fn::If is malformed'],
    ['a malformed GetAtt', { 'Fn::GetAtt': [] }, 'Fn::GetAtt is malformed'],
    ['a malformed Ref', { Ref: 1 }, 'Ref is malformed'],
  ])('%s is unknown and says why', (_name, value, reason) => {
    const found = resolved(value);
    expect(found).toBeInstanceOf(Unknown);
    expect((found as Unknown).reason).toBe(reason);
  });

  test('an undecided condition, key or index keeps all it may become', () => {
    expect(alternatives(resolved({ 'Fn::If': ['Maybe', 1, { 'Fn::If': ['Region', 2, 3] }] }))).toEqual([
      1, 2, 3,
    ]);
    expect(alternatives(resolved({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'bits'] }))).toEqual([
      4, 8,
    ]);
    expect(alternatives(resolved({ 'Fn::Select': [{ Ref: 'Nothing' }, ['a', 'b']] }))).toEqual(['a', 'b']);
    expect(items(resolved({ 'Fn::If': ['Maybe', ['a'], ['b', 'c']] }))).toEqual(['a', 'b', 'c']);
  });

  test('a resource is a reference, and two of one source are the same unknown', () => {
    expect(resolved({ Ref: 'Vpc' })).toEqual(new Reference('Vpc', 'Ref'));
    expect(described(resolved({ 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] }))).toBe(
      'Vpc.DefaultSecurityGroup',
    );
    expect((resolved({ Ref: 'Nothing' }) as Unknown).source).toBe('parameter:Nothing');
  });

  test('texts that double without end are given up', () => {
    let value: unknown = 'x'.repeat(60_000);
    value = { 'Fn::Join': ['', [value, value]] };
    expect((resolved(value) as Unknown).reason).toBe('the text is too long');
  });
});
