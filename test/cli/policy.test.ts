import { configDirectory } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const config = configDirectory();

describe('policy prints what a proxy box runs', () => {
  test('as two YAML documents, the shut rules in comments and never in the first document', async () => {
    const { exitCode, stdout } = await airlock(['policy', 'scout', '--config', config]);
    const [first = '', second = ''] = stdout.split('\n---\n');
    expect(exitCode).toBe(0);
    expect(first).toMatch(/^# scout: \d+ rules in force, 1 high-risk rule shut until granted\.$/mu);
    expect(first).toMatch(/^# shut until granted: release-delete: DELETE api\.github\.com \/repos\//mu);
    expect(first.replaceAll(/^#.*$/gmu, '')).not.toContain('DELETE');
    expect(second).toContain('release-delete');
  });

  test('says so of an agent with no high-risk rule too', async () => {
    const { stdout } = await airlock(['policy', 'mender', '--config', config]);
    expect(stdout).toContain('0 high-risk rules shut until granted.');
  });

  test('as data', async () => {
    const { exitCode, stdout } = await airlock(['policy', 'scout', '--json', '--config', config]);
    const data = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(Object.keys(data)).toEqual(['agent', 'inForce', 'shutUntilGranted', 'policy']);
    expect(data.shutUntilGranted).toEqual([
      expect.objectContaining({ id: 'release-delete', methods: ['DELETE'], risk: 'high' }),
    ]);
    expect(data.policy).toContain('transforms:');
  });
});

describe('a command that needs a sound configuration and an agent', () => {
  test.each([
    ['policy', ['policy', 'nobody']],
    ['explain', ['explain', 'nobody', 'GET', 'https://api.example.com/']],
  ])('%s exits 1 and says which agents there are', async (_name, argv) => {
    const { exitCode, stdout, stderr } = await airlock([...argv, '--config', config]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('error: there is no agent "nobody": the configuration has mender, scout\n');
  });

  test('an agent name with escape sequences is written out', async () => {
    const { stderr } = await airlock(['policy', 'a\u001b]0;owned\u0007', '--config', config]);
    expect(stderr).toContain('a\\u001b]0;owned\\u0007');
    expect(stderr).not.toMatch(OBEYED);
  });

  test('an unsound configuration is reported in the words of check', async () => {
    const unsound = configDirectory({
      'airlock.yaml': (text) => text.replace('dns: firewall', 'dns: maybe'),
    });
    const check = await airlock(['check', '--config', unsound]);
    const policy = await airlock(['policy', 'scout', '--config', unsound]);
    const json = await airlock(['policy', 'scout', '--json', '--config', unsound]);
    expect(policy).toEqual({ exitCode: 1, stdout: '', stderr: check.stdout });
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ reason: 'unsound', problems: [{ path: 'network.dns' }] });
  });
});
