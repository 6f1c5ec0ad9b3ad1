import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveTrials } from '../../lab/aws/live-trial';
import type { Ended } from '../../lab/aws/program';
import { temporary } from '../support/temporary';
import { ACCOUNT, NOW, STACK } from './fake-trial';

let directory: string;
beforeEach(() => {
  directory = temporary();
});

function trialWith(answer: (call: string) => Partial<Ended> = () => ({})) {
  const calls: { call: string; input?: string }[] = [];
  const trial = liveTrials({
    program: () => async (name, words, options) => {
      const call = [name, ...words].join(' ');
      calls.push({ call, input: options?.input });
      return { exitCode: 0, stdout: '', stderr: '', ...answer(call) };
    },
    node: 'node',
    stack: STACK,
    region: 'eu-west-1',
    account: ACCOUNT,
    partition: 'aws',
    directory,
    software: '',
    now: () => NOW,
    pause: () => Promise.reject(new Error('not done after 5 minutes')),
  })(new AbortController().signal);
  return { trial, calls };
}

describe('the real trial', () => {
  test('deploys its own stack from its own configuration, without a question', async () => {
    const { trial, calls } = trialWith();
    trial.configure((settings) => ({ ...settings, cidr: '10.99.0.0/20' }));
    await trial.deploy('--force');
    const kit = `-c config=${directory} --output ${directory}/cdk.out`;
    expect(calls[0]?.call).toBe(
      `npx --no-install cdk deploy ${STACK} --require-approval never --force ${kit}`,
    );
    expect(readFileSync(join(directory, 'airlock.yaml'), 'utf8')).toContain('10.99.0.0/20');
    expect(existsSync(join(directory, 'agents/probe.yaml'))).toBe(true);
  });

  test('reports the last lines of a failed deployment', async () => {
    const { trial } = trialWith(() => ({ exitCode: 1, stderr: 'a\nResource handler returned message: no' }));
    await expect(trial.deploy()).rejects.toThrow(/cdk deploy ended with 1: a\nResource handler/);
  });

  test('destroys as an operator does: protection off, then cdk destroy', async () => {
    const { trial, calls } = trialWith();
    await trial.destroy();
    expect(calls.map(({ call }) => call.split(' ').slice(0, 4).join(' '))).toEqual([
      'aws cloudformation update-termination-protection --cli-input-json',
      'npx --no-install cdk destroy',
    ]);
  });

  test('signs in through the endpoint with a key of its own, and passes the script on standard input', async () => {
    const { trial, calls } = trialWith((call) => ({ stdout: call.startsWith('ssh ') ? 'seen' : '' }));
    expect(await trial.inside({ id: 'i-1', user: 'admin' }, 'uptime')).toBe('seen');
    const [, push, ssh] = calls;
    expect(push?.call).toBe(
      `aws ec2-instance-connect send-ssh-public-key --instance-id i-1 --instance-os-user admin --ssh-public-key file://${directory}/key.pub`,
    );
    expect(ssh?.call).toContain('ProxyCommand=aws ec2-instance-connect open-tunnel --instance-id i-1');
    expect(ssh?.call).toMatch(/ admin@i-1 bash -s$/);
    expect(ssh?.input).toBe('uptime');
  });

  test("passes a secret to the kit's command on standard input, never as a word", async () => {
    const { trial, calls } = trialWith();
    await trial.airlock(['secrets', 'put', 'probe', 'made-up'], 'value');
    expect(calls[0]).toEqual({
      call: `node dist/bin/airlock.js secrets put probe made-up --config ${directory}`,
      input: 'value',
    });
  });

  test('reads the output of a command that found something wrong, and fails without output', async () => {
    const { trial } = trialWith(() => ({ exitCode: 1, stdout: '{"checks":[]}' }));
    expect(await trial.airlockJson(['preflight', 'probe'])).toEqual({ checks: [] });
    const silent = trialWith(() => ({ exitCode: 1, stderr: 'error: no' }));
    await expect(silent.trial.airlockJson(['retained'])).rejects.toThrow('error: no');
  });

  test('names the awaited event when the time is over', async () => {
    const { trial } = trialWith();
    await expect(trial.until('the alarm rings', async () => undefined)).rejects.toThrow(
      'waited in vain until the alarm rings: not done after 5 minutes',
    );
  });
});
