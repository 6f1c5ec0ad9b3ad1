import { healthLine, judge, track } from '../../lib/warden/health';
import { asciiLine, REASONS, reason } from '../../lib/warden/reason';
import { describe as describeError } from '../../lib/warden/watch';

const NOW = Date.parse('2026-11-20T12:00:00Z');

describe('the health metric', () => {
  test('is one embedded metric line that CloudWatch can read', () => {
    const health = judge([reason('policy-refused', 'bad rule')], new Map(), NOW);
    const facts = {
      stack: 'airlock',
      agent: 'scout',
      warden: 'abc',
      unset: ['github-write-pat'],
      secrets: { a: 3 },
    };
    expect(
      JSON.parse(JSON.stringify(healthLine(health, facts, NOW, undefined, { dayUsd: 1, monthUsd: 2 }))),
    ).toMatchObject({
      spend: { dayUsd: 1, monthUsd: 2 },
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          { Namespace: 'Airlock', Dimensions: [['Stack', 'Agent']], Metrics: [{ Name: 'ProxyHealthy' }] },
        ],
      },
      Stack: 'airlock',
      Agent: 'scout',
      ProxyHealthy: 0,
      reasons: [{ code: 'policy-refused', meaning: REASONS['policy-refused'], detail: 'bad rule' }],
      unset: ['github-write-pat'],
      secrets: { a: 3 },
    });
  });

  test('forgives what may pass by itself, until it has lasted', () => {
    const reasons = [reason('aws-unreadable', 'ETIMEDOUT')];
    const since = track(new Map(), reasons, NOW);
    expect(judge(reasons, since, NOW).healthy).toBe(true);
    expect(judge(reasons, since, NOW + 5 * 60_000 - 1).healthy).toBe(true);
    expect(judge(reasons, since, NOW + 5 * 60_000).healthy).toBe(false);
    expect(track(track(since, [], NOW), reasons, NOW + 5 * 60_000).get('aws-unreadable')).toBe(
      NOW + 5 * 60_000,
    );
  });

  test('forgives nothing else', () => {
    for (const code of [
      'policy-invalid',
      'policy-refused',
      'disk-full',
      'iron-proxy-down',
      'internal-error',
    ] as const) {
      expect(judge([reason(code)], new Map(), NOW).healthy).toBe(false);
    }
  });
});

describe('what warden says', () => {
  test('is one printable line of bounded length', () => {
    expect(asciiLine(`a\nb\u001b[31m\u2028c${'x'.repeat(1000)}`)).toMatch(/^a b \[31m cx{0,500}\.\.\.$/);
  });

  test('SEC-1 never quotes the message of an unexpected error: parsers quote what they read', () => {
    let caught: unknown;
    try {
      JSON.parse('secret-value');
    } catch (error) {
      caught = error;
    }
    expect(String(caught)).toContain('secret-v');
    expect(describeError(caught)).not.toContain('secret');
    expect(describeError(caught)).toContain('SyntaxError');
  });
});
