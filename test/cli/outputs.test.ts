import { outputName } from '../../constructs/names';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsError, servicesWith } from '../support/aws';
import { configDirectory } from './config-directory';
import { airlock } from './fake-terminal';

/** CloudFormation with this answer, or this error. */
const cloudformation = (answer: object | Error) =>
  servicesWith((_, input) => {
    expect(input).toEqual({ StackName: 'airlock' });
    if (answer instanceof Error) throw answer;
    return answer;
  });

/** The stack as CloudFormation describes it once the shipped template is deployed. */
const deployed = {
  Stacks: [
    {
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: Object.keys((templateOf(kitAirlock()) as { Outputs?: object }).Outputs ?? {}).map(
        (OutputKey) => ({
          OutputKey,
          OutputValue: `value-of-${OutputKey}`,
        }),
      ),
    },
  ],
};
const config = ['--config', configDirectory()];

test('each agent’s outputs are told by name, from the template’s own keys', async () => {
  const { exitCode, stdout } = await airlock(['outputs', ...config], {}, cloudformation(deployed));
  expect({ exitCode, lines: stdout.split('\n') }).toEqual({
    exitCode: 0,
    lines: [
      'airlock: UPDATE_COMPLETE',
      'mender  HostId    value-of-menderHostId',
      'mender  ProxyId   value-of-menderProxyId',
      'mender  StateId   value-of-menderStateId',
      'mender  AuditLog  value-of-menderAuditLog',
      'scout   HostId    value-of-scoutHostId',
      'scout   ProxyId   value-of-scoutProxyId',
      'scout   StateId   value-of-scoutStateId',
      'scout   AuditLog  value-of-scoutAuditLog',
      'policy of the  operator         value-of-OperatorPolicy',
      'policy of the  operator-2       value-of-OperatorPolicy2',
      'policy of the  approver         value-of-ApproverPolicy',
      'policy of the  secrets-officer  value-of-SecretsOfficerPolicy',
      '',
    ],
  });
  const json = await airlock(['outputs', 'scout', '--json', ...config], {}, cloudformation(deployed));
  expect(Object.keys(JSON.parse(json.stdout).outputs)).toEqual(['scout']);
});

test.each([
  [
    'no stack',
    awsError('ValidationError', 'Stack with id airlock does not exist'),
    [],
    'there is no stack airlock: deploy the stack, or name its Region with --region (this is us-east-1) and its account with --profile',
  ],
  [
    'a stack whose first deployment failed',
    { Stacks: [{ StackStatus: 'ROLLBACK_COMPLETE' }] },
    [],
    'the deployed stack airlock (ROLLBACK_COMPLETE) has no outputs of any agent of the configuration: deploy it, or correct the name',
  ],
  [
    'an agent that was never deployed',
    deployed,
    ['spy'],
    'the deployed stack airlock (UPDATE_COMPLETE) has no outputs of spy: deploy it, or correct the name',
  ],
  [
    'no permission',
    awsError('AccessDenied'),
    [],
    'AWS denied cloudformation:DescribeStacks in us-east-1: give the identity you signed in with the permission cloudformation:DescribeStacks',
  ],
])('%s is one clear message and exit 1', async (_, answer, agents, message) => {
  const ran = await airlock(['outputs', ...agents, ...config], {}, cloudformation(answer));
  expect(ran).toEqual({ exitCode: 1, stdout: '', stderr: `error: ${message}\n` });
});

test.each([
  ['scout', 'scoutHostId'],
  ['release-notes', 'releaseNotesHostId'],
  ['a1', 'a1HostId'],
  ['a-1', 'aDash1HostId'],
])('an output of %s is called %s', (agent, name) => expect(outputName(agent, 'HostId')).toBe(name));
