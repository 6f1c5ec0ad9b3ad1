import { awsError, servicesWith } from '../support/aws';
import { configDirectory } from './config-directory';
import { airlock } from './fake-terminal';

const CONFIGURED = '111122223333';
const config = configDirectory({
  'airlock.yaml': (text) => text.replace(/^env:.*$/m, `env: { region: us-east-1, account: "${CONFIGURED}" }`),
});
const stdin = async () => new TextEncoder().encode('a value');

/** Whoever asks anything but who it is stops here. */
function signedInTo(account: string | Error) {
  const asked: string[] = [];
  const services = servicesWith((name) => {
    if (name === 'GetCallerIdentity') {
      if (account instanceof Error) throw account;
      return { Account: account, Arn: `arn:aws:iam::${account}:user/somebody` };
    }
    asked.push(name);
    throw awsError('AccessDenied');
  });
  return { services, asked };
}

const COMMANDS = [
  'contain scout',
  'release scout --because x',
  'drill scout',
  'rebuild scout',
  'connect scout',
  'status',
  'verify',
  'outputs',
  'retained',
  'secrets list',
  'secrets put scout github-read-pat',
  'secrets rotate scout github-read-pat',
  'secrets carry scout',
];

test.each(COMMANDS)('%s does nothing in another account than the configured one', async (words) => {
  const { services, asked } = signedInTo('444455556666');
  const argv = [...words.split(' '), '--config', config];
  const { exitCode, stdout, stderr } = await airlock(argv, { stdin }, services);
  expect({ exitCode, stdout, asked }).toEqual({ exitCode: 1, stdout: '', asked: [] });
  expect(stderr).toMatch(
    /^error: you are signed in to the account 444455556666, and env\.account in airlock\.yaml is 111122223333: sign in to/mu,
  );
});

test.each([
  ['the configured account', CONFIGURED],
  ['an account that AWS does not name', new Error()],
])('with %s the command goes on', async (_, account) => {
  const { services, asked } = signedInTo(account);
  const { stderr } = await airlock(['outputs', '--config', config], {}, services);
  expect(stderr).toContain('AWS denied cloudformation:DescribeStacks');
  expect(asked).toHaveLength(1);
});
