import { MODES, type StackTemplate, templateOf } from './synthesise';

/** Properties by which a resource has a name of its own, which no other of its type may have. */
const NAME = /^(?:.*Name|Name)$/;

/** What stays when the stack goes, with its fixed name if it has one. */
function retained({ Resources }: StackTemplate) {
  return Object.entries(Resources)
    .filter(([, { DeletionPolicy = '' }]) => DeletionPolicy.startsWith('Retain'))
    .map(([id, resource]) => {
      const names = Object.entries(resource.Properties).filter(([property]) => NAME.test(property));
      return { id, ...resource, names };
    });
}

describe.each(MODES.map(([name, airlock]) => [name, templateOf(airlock)] as const))('%s', (_, template) => {
  const left = retained(template);
  const named = left.filter(({ names }) => names.length > 0);

  test('what a destroyed stack leaves is known', () => {
    expect([...new Set(left.map(({ Type }) => Type))].sort()).toEqual([
      'AWS::Backup::BackupVault',
      'AWS::EC2::Volume',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
    ]);
  });

  // CloudFormation imports what has a custom name and, in the template, one of these policies.
  test('a stack of the same name can import its log groups, and nothing else that is left is in its way', () => {
    const groups = named.filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThanOrEqual(4);
    for (const { DeletionPolicy } of groups) {
      expect(['Retain', 'RetainExceptOnCreate']).toContain(DeletionPolicy);
    }
    for (const { Type, names } of named.filter((each) => !groups.includes(each))) {
      expect([Type, JSON.stringify(names)]).toEqual([Type, expect.stringContaining('AWS::StackId')]);
    }
  });

  test('VOL-1 every log group that may be imported is put under its key', () => {
    const text = JSON.stringify(
      Object.values(template.Resources).find(({ Type }) => Type === 'Custom::AirlockLogKeys')?.Properties,
    );
    for (const { id, Type, Properties } of left.filter((each) => each.Type === 'AWS::Logs::LogGroup')) {
      const key = Properties.KmsKeyId['Fn::GetAtt'][0];
      const pair = { 'Fn::Join': ['', [{ Ref: id }, ' ', { 'Fn::GetAtt': [key, 'Arn'] }]] };
      expect([Type, text]).toEqual([Type, expect.stringContaining(JSON.stringify(pair))]);
    }
  });
});
