import { useConfiguredMachine } from './machine';

const machine = useConfiguredMachine();

/**
 * The proxy box as the script meets it: one line a try, `port` and `name` say what answers. Each pause moves one line on,
 * so that no test waits.
 */
function answers(...tries: { port: boolean; name: string }[]): { status: number | null; output: string } {
  machine.write('/calls', '');
  machine.write('/answers', tries.map(({ port, name }) => `${port ? 0 : 1} ${name}\n`).join(''));
  const line = 'read -r port name <"$AIRLOCK_ROOT/answers"';
  machine.standIn(
    'sleep',
    'sed -i 1d "$AIRLOCK_ROOT/answers"; [ -s "$AIRLOCK_ROOT/answers" ] || kill "$PPID"',
  );
  machine.standIn('timeout', `${line}; shift; case $1 in bash) exit "$port";; *) exec "$@";; esac`);
  machine.standIn(
    'getent',
    `${line}; [ "$name" != none ] || exit 2; echo "$name      STREAM any.example.com"`,
  );
  return machine.run(['bash', machine.at('usr/lib/airlock/wait')]);
}

test('ends when port 443 accepts and names resolve to the proxy box', () => {
  expect(answers({ port: true, name: '10.64.4.7' })).toEqual({
    status: 0,
    output: 'airlock: the proxy box 10.64.4.7 answers\n',
  });
  expect(machine.calls('timeout')[0]).toBe('timeout 5 bash -c : <>/dev/tcp/10.64.4.7/443');
  expect(machine.calls('getent')).toEqual(['getent ahostsv4 any.example.com']);
});

test('waits while the port is shut and names are unanswered, and carries on when the box comes', () => {
  const { status, output } = answers(
    { port: false, name: 'none' },
    { port: true, name: 'none' },
    { port: true, name: '10.64.4.7' },
  );
  expect(status).toBe(0);
  expect(output).toBe(
    'airlock: waiting for the proxy box 10.64.4.7: port 443 is shut\nairlock: the proxy box 10.64.4.7 answers\n',
  );
});

test.each(['192.0.2.1', '10.64.4.70', '110.64.4.7', 'none'])(
  'never ends when names resolve to %s',
  (name) => {
    const { status, output } = answers(...Array.from({ length: 25 }, () => ({ port: true, name })));
    expect(status).not.toBe(0);
    expect(output).not.toContain('answers');
    // At the 1st, 13th and 25th try: once a minute.
    expect(output.match(/waiting for the proxy box 10.64.4.7: names do not resolve to it/g)).toHaveLength(3);
  },
);
