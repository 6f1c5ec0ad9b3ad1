import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetEarlierRun, resourcePaths, stacksIn } from '../../lib/operations/synth/assembly';
import { withoutAccount } from '../../lib/operations/synth/cdk';
import { findingsOf } from '../../lib/operations/synth/findings';
import { countResources } from '../../lib/operations/synth/resources';
import { temporary } from '../support/temporary';

let directory: string;
beforeEach(() => {
  directory = temporary();
});

function assembly(templateFile: string): void {
  const artifacts = {
    airlock: {
      type: 'aws:cloudformation:stack',
      properties: { templateFile },
      additionalMetadataFile: 'airlock.metadata.json',
    },
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(directory, 'airlock.template.json'), '{}');
  writeFileSync(join(directory, 'validation-report.json'), '{}');
  writeFileSync(join(directory, 'asset.zip'), '');
}

describe('what an earlier synth left behind', () => {
  test('its template and report go, its assets stay', () => {
    assembly('airlock.template.json');
    forgetEarlierRun(directory);
    const left = ['manifest.json', 'airlock.template.json', 'validation-report.json', 'asset.zip'];
    expect(left.map((name) => existsSync(join(directory, name)))).toEqual([false, false, false, true]);
  });

  test.each(['synth.lock', 'read.123.1.lock'])(
    '%s: another CDK is at work, and nothing is touched',
    (lock) => {
      assembly('airlock.template.json');
      writeFileSync(join(directory, lock), '123');
      forgetEarlierRun(directory);
      expect(existsSync(join(directory, 'airlock.template.json'))).toBe(true);
    },
  );

  test.each(['../outside.json', '/etc/passwd', 'sub/x.json', '..'])(
    'a manifest that names %s names no stack',
    (file) => {
      assembly(file);
      expect(stacksIn(directory)).toEqual([]);
    },
  );

  test('a linked directory is not cleaned: what it points to may be anything', () => {
    const real = join(directory, 'real');
    mkdirSync(real);
    writeFileSync(join(real, 'manifest.json'), '{}');
    symlinkSync(real, join(directory, 'cdk.out'));
    forgetEarlierRun(join(directory, 'cdk.out'));
    expect(existsSync(join(real, 'manifest.json'))).toBe(true);
  });

  test('a missing directory has no stacks', () => {
    expect(stacksIn(join(directory, 'none'))).toEqual([]);
    expect(() => forgetEarlierRun(join(directory, 'none'))).not.toThrow();
  });

  test('resources are found by the path of their construct', () => {
    assembly('airlock.template.json');
    writeFileSync(
      join(directory, 'airlock.metadata.json'),
      JSON.stringify({
        '/airlock': [{ type: 'aws:cdk:templateFile', data: 'x' }],
        '/airlock/scout/Key/Resource': [{ type: 'aws:cdk:logicalId', data: 'scoutKey' }],
      }),
    );
    expect([...resourcePaths(directory)]).toEqual([['/airlock/scout/Key/Resource', 'scoutKey']]);
  });
});

describe('findings are counted by pack', () => {
  const at = (...paths: string[]) => paths.map((constructPath) => ({ constructPath }));

  test('one rule broken by three resources is three findings; acknowledged ones are counted apart', () => {
    const report = {
      pluginReports: [
        {
          pluginName: 'AwsSolutions',
          violations: [
            { severity: 'error', violatingConstructs: at('a', 'b', 'c') },
            { severity: 'warning', violatingConstructs: at('a') },
          ],
          suppressedViolations: [
            { severity: 'error', reason: 'r', violatingConstructs: at('a', 'b') },
            { severity: 'error', reason: 'r', violatingConstructs: at('a') },
          ],
        },
        {
          pluginName: 'Airlock',
          violations: [
            {
              ruleName: 'Airlock-examined',
              severity: 'info',
              ruleMetadata: { rules: '20', resources: '9', agents: '1' },
              violatingConstructs: at('airlock'),
            },
          ],
        },
        {
          pluginName: 'Construct Annotations',
          violations: [
            { ruleName: 'Annotation::unpinned/a', severity: 'warning', description: 'a is not pinned' },
            { ruleName: 'Annotation::other', severity: 'warning', description: 'something else' },
            { ruleName: 'Annotation::unpinned/b', severity: 'warning', description: 'b is not pinned' },
          ],
        },
      ],
    };
    const { packs, annotations } = findingsOf(report);
    expect(packs).toEqual([
      { pack: 'AwsSolutions', errors: 3, warnings: 1, acknowledged: 3, reasons: ['r'] },
      {
        pack: 'Airlock',
        errors: 0,
        warnings: 0,
        acknowledged: 0,
        reasons: [],
        examined: { rules: 20, resources: 9, agents: 1 },
      },
    ]);
    expect(annotations).toEqual(['a is not pinned (and 1 more like it)', 'something else']);
    // What the configuration's own warnings say already.
    expect(findingsOf(report, ['Annotation::unpinned']).annotations).toEqual(['something else']);
  });

  test('a severity that is not known to be advice counts as an error', () => {
    const [pack] = findingsOf({
      pluginReports: [{ pluginName: 'X', violations: [{}, { severity: 'fatal' }] }],
    }).packs;
    expect(pack).toMatchObject({ errors: 2, warnings: 0 });
  });
});

describe('room for more agents', () => {
  const resources = (names: string[]) =>
    Object.fromEntries(names.map((name) => [name, { Type: 'AWS::X::Y' }]));

  test('is what the limit leaves, in agents as big as the biggest', () => {
    const paths = new Map([
      ['/airlock/scout/Key', 'a'],
      ['/airlock/scout/Role', 'b'],
      ['/airlock/Agents/clerk/Key', 'c'],
      ['/airlock/Network/Vpc', 'd'],
      ['/airlock/scout/Gone', 'gone'],
    ]);
    const names = ['a', 'b', 'c', 'd', ...Array.from({ length: 91 }, (_, index) => `shared${index}`)];
    const counted = countResources({ Resources: resources(names) }, paths, 'airlock', ['clerk', 'scout']);
    expect(counted).toEqual({ total: 95, limit: 500, byAgent: { scout: 2, clerk: 1 }, roomForAgents: 202 });
  });

  test('is unknown when no resource belongs to an agent', () => {
    expect(countResources({ Resources: resources(['a']) }, new Map(), 'airlock', ['scout'])).toEqual({
      total: 1,
      limit: 500,
      byAgent: {},
    });
  });
});

test('a synth is given no account, no way to find one, and no switch that skips a check', () => {
  const env = withoutAccount({
    PATH: '/bin',
    AWS_PROFILE: 'production',
    AWS_ACCESS_KEY_ID: 'example',
    aws_session_token: 'example',
    CDK_DEFAULT_ACCOUNT: '111122223333',
    CDK_VALIDATION: 'false',
  });
  const names = Object.keys(env).filter((name) => /^(aws|cdk)_/iu.test(name));
  expect(names.sort()).toEqual([
    'AWS_CONFIG_FILE',
    'AWS_EC2_METADATA_DISABLED',
    'AWS_SHARED_CREDENTIALS_FILE',
    'CDK_DISABLE_CLI_TELEMETRY',
    'CDK_DISABLE_VERSION_CHECK',
  ]);
  expect(env).toMatchObject({
    PATH: '/bin',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
});
