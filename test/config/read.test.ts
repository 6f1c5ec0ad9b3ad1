import { agentSchema } from '../../lib/config/schema/agent-schema';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { reader } from '../../lib/config/schema/read';
import { plainSource } from '../../lib/config/source/source';

const read = reader(agentSchema);
const RIGHT = { id: 'read', host: 'api.example.com', methods: ['GET'], paths: ['/v1/*'] };

test('CAP-1 a proxy box that the memory limits of its programs would fill is refused, with each of them', () => {
  const { problems } = read(plainSource('scout.yaml', { proxy: { instanceType: 't4g.nano' } }));
  const found = problems.find(({ path }) => String(path).includes('instanceType'));
  expect(found?.message).toMatch(
    /has 512 MiB .* 864 MiB \(iron-proxy 320, warden 144, .*dns 16\), more than 85 %/,
  );
});

test('a wrong setting takes its list item, its table entry or its nested group with it, and nothing else', () => {
  const { value, settings, problems } = read(
    plainSource('scout.yaml', {
      name: 'Scout',
      runtime: 'hermes',
      unknown: 1,
      host: { instanceType: 't4g.large', rootGiB: 'all', limits: { cpuPercent: 200 } },
      egress: [RIGHT, { ...RIGHT, hots: 'x' }, { preset: 'anthropic' }],
      secrets: {
        key: { parameter: 'key', inject: { query: 'key' }, ttl: '1m' },
        text: 'value',
        'Bad Id': {},
      },
    }),
  );
  expect(value).toBeUndefined();
  expect(problems.length).toBeGreaterThan(8);
  expect(settings).toEqual({
    runtime: 'hermes',
    canaries: false,
    scan: 'off',
    onAlarm: 'notify',
    host: { instanceType: 't4g.large', os: 'debian-13', stateGiB: 50, root: false },
    egress: [RIGHT, undefined, { preset: 'anthropic' }],
    secrets: { key: { inject: { kind: 'query', parameter: 'key', formatter: '{{ .Value }}' }, ttl: 60 } },
    mcpServers: [],
    proxy: { instanceType: 't4g.micro', limits: FRONT_LIMITS },
    caps: {
      requests: { hour: 20_000, day: 200_000 },
      actions: { hour: 500, day: 2000 },
      uploadMiB: { hour: 2048, day: 8192 },
      logMiB: { hour: 64, day: 256 },
    },
    skills: [],
    transcripts: { days: 14 },
    watch: { signals: {}, limits: {} },
  });
});

test.each([[[]], ['text'], [null]])('%j is no file of settings', (content) => {
  expect(read(plainSource('scout.yaml', content))).toMatchObject({ settings: {}, problems: [{ path: '' }] });
});
