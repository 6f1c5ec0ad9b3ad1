import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PREFLIGHT_CHECKS } from '../../lib/operations/preflight/checks';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { servicesThatFail } from '../support/aws';
import { KIT_CONFIG } from '../support/kit-config';
import { temporary } from './config-directory';
import { airlock } from './fake-terminal';

const CONFIG = ['--config', KIT_CONFIG];
const template = join(temporary(), 'template.json');
beforeAll(() => writeFileSync(template, JSON.stringify(templateOf(kitAirlock()))));

const services = servicesThatFail('AccessDeniedException');

describe('preflight', () => {
  test('tells each check, why, and what to do, and fails with the worst of them', async () => {
    const { exitCode, stdout } = await airlock(['preflight', 'scout', '--template', template, ...CONFIG]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ok {3}scope: /m);
    expect(stdout).toMatch(/^ok {3}spend-limit: /m);
    expect(stdout).toMatch(/^FAIL pins: /m);
    expect(stdout).toMatch(/^n\/a {2}kill-switch: .*\n {5}.*--live$/m);
    expect(stdout).toMatch(/scout is not ready to be left alone: \d of \d+ failed\n$/);
  });

  test('as data', async () => {
    const { stdout } = await airlock(['preflight', 'mender', '--json', '--template', template, ...CONFIG]);
    const data = JSON.parse(stdout);
    expect(data).toMatchObject({ agent: 'mender', ready: false });
    expect(data.checks).toHaveLength(PREFLIGHT_CHECKS.length);
    expect(data.checks[0]).toEqual({
      id: 'scope',
      title: expect.any(String),
      result: 'pass',
      reason: expect.any(String),
    });
  });

  test('without an agent it looks at the account, and what AWS won’t tell is a failed check', async () => {
    const argv = ['preflight', '--live', '--template', template, ...CONFIG];
    const { exitCode, stdout } = await airlock(argv, {}, services);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^FAIL quota-L-1216C47A: .*\n {5}AWS denied servicequotas:GetServiceQuota in us-east-1\n {5}do: /m,
    );
    expect(stdout).toMatch(/^n\/a {2}transit-gateway: /m);
    expect(stdout).toMatch(/the account is not ready for airlock: 4 of 8 failed\n$/);
    const data = JSON.parse((await airlock([...argv, '--json'], {}, services)).stdout);
    expect(data).toMatchObject({ stack: 'airlock', ready: false });
    expect(data.checks).toHaveLength(8);
  });

  test('without an agent and without --live there is nothing to look at', async () => {
    const { exitCode, stderr } = await airlock(['preflight', '--template', template, ...CONFIG]);
    expect([exitCode, stderr]).toEqual([1, 'error: name an agent, or pass --live to check the account\n']);
  });

  test('what the deployed stack won’t tell is a failed check, not a passed one', async () => {
    const argv = ['preflight', 'scout', '--live', '--json', '--template', template, ...CONFIG];
    const { stdout } = await airlock(argv, {}, services);
    const checks: { id: string; result: string; reason: string }[] = JSON.parse(stdout).checks;
    const asked = checks.filter(({ reason }) => reason.startsWith('AWS denied '));
    expect(asked.map(({ id, result }) => [id, result])).toEqual(
      [
        'secrets-in-logs',
        'loss',
        'control-plane',
        'kill-switch',
        'secrets-set',
        'flow-logs',
        'dns-firewall',
        'zone',
      ].map((id) => [id, 'fail']),
    );
  });

  test('a stack that nobody can be asked about is one error, not one for each check', async () => {
    const mute = servicesThatFail('TimeoutError');
    const argv = ['preflight', 'scout', '--live', '--template', template, ...CONFIG];
    const error =
      'us-east-1 could not be reached for ec2:DescribeInstances: check that env.region is the name of an AWS Region, and the network';
    expect(await airlock(argv, {}, mute)).toEqual({ exitCode: 1, stdout: '', stderr: `error: ${error}\n` });
    const { exitCode, stdout } = await airlock([...argv, '--json'], {}, mute);
    expect({ exitCode, data: JSON.parse(stdout) }).toEqual({
      exitCode: 1,
      data: { reason: 'no-answer', error },
    });
  });

  test.each(['us east', 'evil.example.com#', ''])('%j is no region, and is asked nothing', async (region) => {
    const argv = ['preflight', 'scout', '--live', '--region', region, '--template', template, ...CONFIG];
    const { exitCode, stderr } = await airlock(argv, {}, servicesThatFail('Asked'));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `error: --region "${region}" is not an AWS region: write its code, such as "us-east-1"\n`,
    });
  });

  test('without a template there is no verdict', async () => {
    const { exitCode, stdout, stderr } = await airlock([
      'preflight',
      'scout',
      '--template',
      '/dev/null',
      ...CONFIG,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('npx airlock synth');
  });
});
