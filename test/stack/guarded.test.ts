import { NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import { AgentCell, AirlockChecks, AirlockEnvironment, AirlockStack } from '../../lib';
import { airlockWith } from '../support/arbitrary-airlock';
import { ENVIRONMENT, GUEST, openEgress, outcomeOf, ownApp, ownStack } from './own-app';
import { pinned } from './synthesise';

const ruleNames = (app: ReturnType<typeof ownApp>) =>
  outcomeOf(app).reports.map((findings) => [...new Set(findings.map(({ ruleName }) => ruleName))]);

describe('the constructs bring the guardrails into an app that names none', () => {
  test('NET-1 an agent host that may reach the world fails the synth', () => {
    const app = ownApp();
    openEgress(ownStack(app).cell);
    const { error, reports } = outcomeOf(app);
    expect(error).toContain('Airlock::Airlock-NET-1');
    expect(reports[0]?.map(({ ruleName }) => ruleName)).toContain('Airlock-NET-1');
  });

  test('a sound stack passes, and the report says what was examined', () => {
    const app = ownApp();
    ownStack(app);
    const { error, reports } = outcomeOf(app);
    expect(error).toBe('');
    expect(reports).toEqual([
      [
        expect.objectContaining({
          ruleName: 'Airlock-examined',
          severity: 'info',
          description: expect.stringMatching(
            /^all \d{2} invariants hold \(examined: resources \d+, agents 1\)$/,
          ),
        }),
      ],
    ]);
  });

  test.each(['before', 'after'])(
    'an app that registers the pack itself, %s the stack, is judged once',
    (order) => {
      const app = ownApp();
      const register = () => Validations.of(app).addPlugins(new AirlockChecks(app));
      if (order === 'before') register();
      openEgress(ownStack(app).cell);
      if (order === 'after') register();
      const reports = ruleNames(app);
      expect(reports).toHaveLength(1);
      expect(reports[0]).toContain('Airlock-NET-1');
    },
  );

  test('a stack in a stage is judged by its written template, too', () => {
    const app = ownApp();
    openEgress(ownStack(new Stage(app, 'production')).cell);
    expect(ruleNames(app)[0]).toContain('Airlock-NET-1');
  });

  test('AirlockStack brings them as well', () => {
    const app = ownApp();
    const { cells } = new AirlockStack(app, 'Theirs', { airlock: pinned(airlockWith({})) });
    openEgress(cells.get('scout') as AgentCell);
    expect(ruleNames(app)[0]).toContain('Airlock-NET-1');
  });
});

describe('the guardrails are switched off for one stack, with a reason', () => {
  test('the synth passes and the report repeats the reason', () => {
    const app = ownApp();
    const off = 'a demonstration of what the guardrails refuse';
    openEgress(ownStack(app, { guardrails: { off } }).cell);
    const { error, reports } = outcomeOf(app);
    expect(error).toBe('');
    expect(reports).toEqual([
      [
        expect.objectContaining({
          ruleName: 'Airlock-off',
          severity: 'warning',
          description: expect.stringContaining(off),
        }),
      ],
    ]);
  });

  test('another stack of the app is judged all the same', () => {
    const app = ownApp();
    ownStack(app, { guardrails: { off: 'only this stack of the two' } });
    const { cells } = new AirlockStack(app, 'Theirs', { airlock: pinned(airlockWith({})) });
    openEgress(cells.get('scout') as AgentCell);
    expect(outcomeOf(app).error).toContain('Airlock-NET-1');
  });

  test.each(['', 'short', '         x         ', 'x'.repeat(501), undefined, true])(
    '%j is no reason',
    (off) => {
      expect(() => ownStack(ownApp(), { guardrails: { off: off as string } })).toThrow(
        /^guardrails\.off: .* must be a reason of 10 to 500 characters: say why/,
      );
    },
  );
});

describe('a stack has one name', () => {
  test("the stack's own name is the first part of every parameter, log group and tag", () => {
    const app = ownApp();
    ownStack(app);
    const text = JSON.stringify(outcomeOf(app).template);
    expect(new Set(text.match(/"\/[A-Za-z-]+\/(?:guest|flows|functions|resolver-queries)\b/g))).toEqual(
      new Set(['"/own/guest', '"/own/flows', '"/own/functions', '"/own/resolver-queries']),
    );
  });

  test.each([
    [
      'a name that the configuration would refuse',
      () => new AirlockEnvironment(new Stack(ownApp(), 'Mine'), 'Environment', ENVIRONMENT),
      'AirlockEnvironment name: "Mine" must be lower-case words joined by hyphens, beginning with a letter: write "mine"',
    ],
    [
      'a nested stack, whose name is not known',
      () =>
        new AirlockEnvironment(
          new NestedStack(new Stack(ownApp(), 'own'), 'Inner'),
          'Environment',
          ENVIRONMENT,
        ),
      'own/Inner is a nested stack, whose name is not known before it is deployed: use a Stack',
    ],
    [
      'an agent in another stack than its environment',
      () => {
        const app = ownApp();
        const { environment } = ownStack(app);
        new AgentCell(new Stack(app, 'other'), 'Guest', { environment, agent: GUEST });
      },
      'other/Guest and its environment own/Environment are in two stacks: make both in one',
    ],
    [
      'an agent that was loaded for a stack of another name',
      () => ownStack(ownApp(), {}, { agent: airlockWith({}).agents.find(({ name }) => name === 'scout') }),
      '"/airlock/scout/github-write-pat" must begin with "/own/scout/"',
    ],
  ])('%s is refused', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
