import type { Airlock } from '../../lib/config/model';
import { SECURITY_AIM_USD } from '../../lib/cost/assumptions';
import { itemsOfConfiguration } from '../../lib/cost/of-configuration';
import { itemsOfTemplate } from '../../lib/cost/of-template';
import { PRICES } from '../../lib/cost/price-table';
import { type Quote, quote } from '../../lib/cost/quote';
import { MODES, pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { everythingOn } from '../support/everything-on';

function ofTemplate(template: unknown): Quote & { unknownTypes: readonly string[] } {
  const read = itemsOfTemplate(template);
  if (!read.ok) throw new Error(read.problems.join());
  return { ...quote(read.items, PRICES), unknownTypes: read.unknownTypes };
}

function ofConfiguration(airlock: Airlock): Quote {
  return quote(itemsOfConfiguration(airlock), PRICES);
}

/** Synthesised outside the tests, whose time is limited. */
const TEMPLATES = MODES.map(([name, airlock]) => [name, airlock, templateOf(airlock)] as const);

describe.each(TEMPLATES)('%s', (_, airlock, template) => {
  test('every resource type has a price, or a reason to be free', () => {
    expect(ofTemplate(template)).toMatchObject({ unknownTypes: [], lowerBound: false });
  });

  test('the configuration alone gives the same lines as the template', () => {
    const { unknownTypes: _unknown, ...fromTemplate } = ofTemplate(template);
    expect(ofConfiguration(airlock)).toEqual(fromTemplate);
  });
});

test('without journals and with every switch on, configuration and template give the same lines', () => {
  const kit = kitAirlock();
  const silent = pinned({ ...kit, audit: { ...kit.audit, journal: false } });
  for (const airlock of [silent, everythingOn(kit.agents)]) {
    const { unknownTypes: _unknown, ...fromTemplate } = ofTemplate(templateOf(airlock));
    expect(ofConfiguration(airlock)).toEqual(fromTemplate);
  }
  const lines = ofTemplate(templateOf(silent)).agents.flatMap(({ lines }) => lines.map(({ what }) => what));
  expect(lines.filter((what) => /journal/.test(what))).toEqual([]);
});

test.each(['vol-0123456789abcdef0', 'snap-0123456789abcdef0'])(
  'state from %s gives the same lines',
  (stateFrom) => {
    const shipped = pinned(kitAirlock());
    const agents = shipped.agents.map((agent) => ({ ...agent, host: { ...agent.host, stateFrom } }));
    const { unknownTypes: _unknown, ...fromTemplate } = ofTemplate(templateOf({ ...shipped, agents }));
    expect({ ...ofConfiguration({ ...shipped, agents }) }).toEqual(fromTemplate);
    expect(fromTemplate.lowerBound).toBe(stateFrom.startsWith('vol-'));
  },
);

describe('the test configuration', () => {
  const shipped = pinned(kitAirlock());
  const template = templateOf(shipped);
  const cost = ofTemplate(template);

  test("each line of scout has AWS's list price", () => {
    const scout = cost.agents.find(({ agent }) => agent === 'scout');
    const usd = Object.fromEntries((scout?.lines ?? []).map((line) => [line.what, line.usd?.toFixed(2)]));
    expect(usd).toMatchObject({
      'agent host, t4g.large': '49.06',
      'proxy box, t4g.micro': '6.13',
      'public IPv4 address': '3.65',
      'state volume': '4.00',
      'root disk of the agent host': '2.40',
      'root disk of the proxy box': '0.64',
      'daily snapshots of the state volume': '0.85',
      'encryption key': '1.00',
      'two earlier versions of the key': '2.00',
    });
    expect(scout?.idleUsd).toBeCloseTo((scout?.hostUsd ?? 0) + (scout?.securityUsd ?? 0));
  });

  test('the security overhead of scout is within its limit', () => {
    const scout = cost.agents.find(({ agent }) => agent === 'scout');
    expect(scout?.securityUsd).toBeLessThanOrEqual(SECURITY_AIM_USD);
    expect(scout?.securityUsd).toBeGreaterThan(10);
  });

  test('the total is the sum of the agents and the shared lines', () => {
    const agents = cost.agents.reduce((sum, { idleUsd }) => sum + idleUsd, 0);
    expect(cost.idleUsd).toBeCloseTo(agents + cost.shared.idleUsd);
  });

  test('COST-1 every budget, and its first alert, lies above the idle cost', () => {
    for (const { name, budget } of shipped.agents) {
      const idle = cost.agents.find(({ agent }) => agent === name)?.idleUsd ?? Number.POSITIVE_INFINITY;
      expect((budget.monthlyUsd * Math.min(...budget.alertsAtPercent)) / 100).toBeGreaterThan(idle);
    }
    expect(shipped.budget.monthlyUsd / 2).toBeGreaterThan(cost.idleUsd);
  });

  test.each([
    ['an alarm', { Type: 'AWS::CloudWatch::Alarm', Properties: { Namespace: 'X', MetricName: 'Y' } }],
    ['a key', { Type: 'AWS::KMS::Key', Properties: {} }],
    ['an address', { Type: 'AWS::EC2::EIP', Properties: {} }],
  ])('%s more in the template raises the cost', (_name, resource) => {
    const more = { ...template, Resources: { ...template.Resources, More: resource } };
    expect(ofTemplate(more).idleUsd).toBeGreaterThan(ofConfiguration(shipped).idleUsd);
  });

  test('the result names an unknown resource type', () => {
    const more = {
      ...template,
      Resources: {
        ...template.Resources,
        More: { Type: 'AWS::EC2::VPCEndpoint' },
        Odd: { Type: 'constructor' },
      },
    };
    expect(ofTemplate(more).unknownTypes).toEqual(['AWS::EC2::VPCEndpoint', 'constructor']);
  });
});
