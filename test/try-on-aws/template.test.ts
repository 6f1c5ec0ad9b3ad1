import { HEALTH_METRIC } from '../../constructs/names';
import { type StackTemplate, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';

const { Resources }: StackTemplate = templateOf(kitAirlock());
const all = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);

/** The fakes answer every question of a check; these tests compare the questions with the template. */
describe('what the checks look for is in the template', () => {
  test('the metrics of the two alarms', () => {
    const metrics = all('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const named = (name: string) => metrics.find(({ MetricName }) => MetricName === name);
    const dimensions = named(HEALTH_METRIC)?.Dimensions.map(({ Name }: { Name: string }) => Name);
    expect(dimensions.sort()).toEqual(['Agent', 'Stack']);
    expect(named('airlock/ResolverQueries')?.Dimensions).toBeUndefined();
  });

  test('the log groups', () => {
    const names = all('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.LogGroupName);
    expect(names).toEqual(
      expect.arrayContaining(['/airlock/flows', '/airlock/resolver-queries', '/airlock/scout/audit']),
    );
  });

  test('one backup vault, and one role whose name says that it is for backups', () => {
    expect(all('AWS::Backup::BackupVault')).toHaveLength(1);
    expect(all('AWS::IAM::Role').filter(([id]) => id.includes('Backup'))).toHaveLength(1);
  });

  test('the root disk under the name that Amazon Linux and Debian are documented to use', () => {
    const devices = all('AWS::EC2::Instance').map(([, { Properties }]) => Properties.BlockDeviceMappings);
    expect(devices.map(([{ DeviceName }]) => DeviceName)).toEqual(devices.map(() => '/dev/xvda'));
  });

  test.each([
    'AWS::EC2::Instance',
    'AWS::EC2::Volume',
    'AWS::EC2::FlowLog',
    'AWS::KMS::Key',
    'AWS::Backup::BackupVault',
  ])('the stack in the tags of every %s, by which the removal finds it', (type) => {
    const untagged = all(type).filter(([, { Properties }]) => {
      const tags = Properties.Tags ?? [];
      const own = tags.find(({ Key }: { Key: string }) => Key === 'airlock:stack')?.Value;
      return (own ?? Properties.BackupVaultTags?.['airlock:stack']) !== 'airlock';
    });
    expect(untagged.map(([id]) => id)).toEqual([]);
  });
});
