import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import { awsError, servicesWith } from '../support/aws';
import { configDirectory } from './config-directory';
import { airlock, terminal } from './fake-terminal';
import { leaves } from './leaves';

/** A Region in which there is nothing. */
const empty = servicesWith((operation, { Names }) => {
  switch (operation) {
    case 'DescribeStacks':
    case 'GetTemplate':
    case 'ListStackResources':
      throw awsError('ValidationError', 'Stack with id airlock does not exist');
    case 'FilterLogEvents':
      throw awsError('ResourceNotFoundException');
    case 'GetParameter':
    case 'GetParameterHistory':
      throw awsError('ParameterNotFound');
    case 'GetParameters':
      return { InvalidParameters: Names };
    default:
      return {};
  }
});

/** They are about no deployed stack, or ask first what to do (console). preflight has tests of its own for it. */
const OTHERS = /^(console|cost|images pin|init|preflight|retained)$/;
const ARGUMENTS: Readonly<Record<string, string>> = {
  agent: 'scout',
  rule: 'release-delete',
  grant: 'release-delete',
  secret: 'github-read-pat',
};
const FLAGS: Readonly<Record<string, string>> = { '--for': '15m', '--because': 'a test' };
const config = configDirectory();
const COMMANDS = leaves(createProgram(createContext(terminal(), {} as Services), [])).filter(
  ([words, { options }]) => !OTHERS.test(words.join(' ')) && options.some(({ long }) => long === '--region'),
);

test.each(COMMANDS.map(([words, command]): [string, typeof command] => [words.join(' '), command]))(
  '%s in another Region than the stack’s says in which it looked, and how to name another',
  async (name, { registeredArguments, options }) => {
    const argv = [
      ...name.split(' '),
      ...registeredArguments.flatMap((argument) => ARGUMENTS[argument.name()] ?? []),
      ...options.flatMap(({ long = '' }) => (FLAGS[long] === undefined ? [] : [long, FLAGS[long]])),
      ...['--config', config, '--region', 'eu-west-1', '--profile', 'other'],
    ];
    const stdin = async () => Buffer.from('a value');
    const { exitCode, stdout, stderr } = await airlock(argv, { stdin }, empty);
    expect(exitCode).toBe(1);
    const lines = `${stdout}${stderr}`.trim().split('\n');
    // One line; `secrets list` has one for each secret.
    expect(lines).toHaveLength(name === 'secrets list' ? 3 : 1);
    for (const line of lines)
      expect(line).toContain(
        'deploy the stack, or name its Region with --region (this is eu-west-1) and its account with --profile',
      );
  },
);
