import { App, CfnResource } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import fc from 'fast-check';
import { RESOURCE_LIMIT } from '../../constructs/names';
import { AirlockStack } from '../../lib/airlock-stack';
import type { Agent, Airlock } from '../../lib/config/model';
import { itemsOfConfiguration } from '../../lib/cost/of-configuration';
import { itemsOfTemplate } from '../../lib/cost/of-template';
import { PRICES } from '../../lib/cost/price-table';
import { quote } from '../../lib/cost/quote';
import { judge } from '../../lib/guardrails';
import { compilePolicy } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { reach } from '../../lib/reach';
import { rule } from '../stack/edits';
import { pinned, type StackTemplate, synthesise } from '../stack/synthesise';
import { arbitraryAirlock, kitAirlock } from '../support/arbitrary-airlock';

/** Most resources that one more agent may add: fifteen agents then fit one stack, with everything on too (test/stack/watch). */
const PER_AGENT = 24;

function openFindings(report: unknown): string[] {
  const { pluginReports } = report as {
    pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
  };
  return pluginReports.flatMap(({ violations }) =>
    violations.map(
      ({ ruleName, violatingConstructs }) => `${ruleName} ${violatingConstructs[0]?.constructPath}`,
    ),
  );
}

function broken(template: StackTemplate): string[] {
  const result = reach(template);
  const violations = result.ok
    ? result.report.violations
    : [{ invariant: 'reach', message: result.problems.join() }];
  return [...violations, ...judge(template)].map(({ invariant, message }) => `${invariant}: ${message}`);
}

/** So many copies of Scout. */
function airlockOf(agents: number, change: Partial<Agent> = {}): Airlock {
  const shipped = kitAirlock();
  const scout = shipped.agents.find(({ name }) => name === 'scout') as Agent;
  const names = Array.from({ length: agents }, (_, index) => `scout-${String(index).padStart(2, '0')}`);
  return pinned({
    ...shipped,
    agents: names.map((name) => ({
      ...scout,
      ...change,
      name,
      secrets: scout.secrets.map((secret) => ({
        ...secret,
        parameter: secret.parameter.replace('/scout/', `/${name}/`),
      })),
    })),
  });
}

function resources(airlock: Airlock): number {
  const stack = new AirlockStack(new App(), airlock.name, { airlock });
  return stack.node.findAll().filter(CfnResource.isCfnResource).length;
}

describe('whatever the configuration says', () => {
  test('no law is broken, no pack has an open finding, warden takes the policy, and its cost is known before', () => {
    fc.assert(
      fc.property(arbitraryAirlock({ maxAgents: 2, maxRules: 20 }), (airlock) => {
        const { template, report } = synthesise(airlock, (app) => [
          new AwsSolutionsChecks(app),
          new NIST80053R5Checks(app),
          new HIPAASecurityChecks(app),
          new PCIDSS321Checks(app),
        ]);
        expect(broken(template)).toEqual([]);
        const priced = itemsOfTemplate(template);
        expect(priced.ok && quote(priced.items, PRICES)).toEqual(
          quote(itemsOfConfiguration(airlock), PRICES),
        );
        for (const agent of airlock.agents) {
          expect(
            readBundle(compilePolicy(airlock, agent).text, agent.name, `/${airlock.name}/${agent.name}/`),
          ).toMatchObject({ ok: true });
        }
        expect(
          openFindings(report).filter(
            (finding) => !/^(?:Annotation::airlock:unpinned-image|Airlock-examined )/.test(finding),
          ),
        ).toEqual([]);
      }),
      // Shrinking would synthesise for minutes.
      { numRuns: 15, endOnFailure: true },
    );
  });
});

describe('fifteen agents fit one stack', () => {
  test('one more agent adds at most 24 resources', () => {
    expect(resources(airlockOf(2)) - resources(airlockOf(1))).toBeLessThanOrEqual(PER_AGENT);
    expect(resources(airlockOf(15))).toBeLessThanOrEqual(RESOURCE_LIMIT);
  });

  test('an agent with 200 rules adds no more than that', () => {
    const egress = Array.from({ length: 200 }, (_, index) => rule(index));
    expect(resources(airlockOf(2, { egress })) - resources(airlockOf(1, { egress }))).toBeLessThanOrEqual(
      PER_AGENT,
    );
  });
});
