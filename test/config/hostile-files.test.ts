import { directoryWith, problemsOf } from './directory';

const AGENT = 'agents/scout.yaml';

describe('work stays bounded on hostile files', () => {
  const hostile: [name: string, content: string][] = [
    ['12,000 keys', Array.from({ length: 12_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['one key 25,000 times', 'a: 1\n'.repeat(25_000)],
    ['a list of 40,000', '- \n'.repeat(40_000)],
    [
      'secrets by the thousand',
      `secrets:\n${Array.from({ length: 8_000 }, (_, i) => `  s${i}: {}\n`).join('')}`,
    ],
    [
      'rules by the thousand',
      `egress:\n${'  - { id: a, host: a.example.com, methods: [GET] }\n'.repeat(5_000)}`,
    ],
    ['one long text', `name: ${'eyJ-'.repeat(60_000)}\n`],
    ['anchors', Array.from({ length: 4_000 }, (_, i) => `k${i}: &a${i} 1\n`).join('')],
    ['quotes', `name: "${'\\"'.repeat(100_000)}"\n`],
    ['deep indentation', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['complex keys', '? '.repeat(20_000)],
  ];

  test.each(hostile)('%s', (_name, content) => {
    const directory = directoryWith({ [AGENT]: content });
    const start = process.cpuUsage();
    const problems = problemsOf(directory);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThan(150);
    // A bound against quadratic work, far above what any of them takes: of this process's own time, however busy the
    // machine is.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(5000);
  });
});
