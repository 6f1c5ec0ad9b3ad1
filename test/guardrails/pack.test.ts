import { App, CfnOutput, Stack, Tags, Validations } from 'aws-cdk-lib';
import { CfnInstance, CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { TAG_AGENT, TAG_PART } from '../../constructs/names';
import { AirlockChecks, judge, RULES } from '../../lib/guardrails';

/** An app of somebody else's with one machine that is said to be an agent host, and nothing that belongs to it. */
function appWithLonelyHost(): { app: App; stack: Stack } {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Theirs');
  const host = new CfnInstance(stack, 'Machine', { imageId: 'ami-1', subnetId: 'subnet-1' });
  Tags.of(host).add(TAG_AGENT, 'scout');
  Tags.of(host).add(TAG_PART, 'agent-host');
  return { app, stack };
}

describe('AirlockChecks', () => {
  test('a broken law fails the synth, and names the law, the construct and what to do', () => {
    const { app } = appWithLonelyHost();
    Validations.of(app).addPlugins(new AirlockChecks(app));
    let text = '';
    try {
      app.synth();
    } catch (error) {
      text = String(error);
    }
    expect(text).toContain('agent "scout" has no policy in this template (POL-1: everything is refused');
    expect(text).toContain('Airlock::Airlock-POL-1');
    expect(text).toContain('Theirs/Machine');
  });

  test('nobody can acknowledge a broken law away', () => {
    const { app, stack } = appWithLonelyHost();
    Validations.of(app).addPlugins(new AirlockChecks(app));
    for (const { id } of RULES) {
      Validations.of(stack).acknowledge({ id: `Airlock::Airlock-${id}`, reason: 'because we say so' });
      Validations.of(stack).acknowledge({ id: `Airlock-${id}`, reason: 'because we say so' });
    }
    expect(() => app.synth()).toThrow('Airlock-POL-1');
  });

  test('a machine that is said to be an agent host breaks every law whose part of the cell is missing', () => {
    const { app } = appWithLonelyHost();
    const found = judge(app.synth().getStackByName('Theirs').template);
    expect([...new Set(found.map(({ invariant }) => invariant))].sort()).toEqual([
      'CHG-1',
      'COST-1',
      'IAM-2',
      'IMDS-1',
      'KILL-1',
      'LOG-1',
      'NET-1',
      'NET-2',
      'NET-3',
      'NET-4',
      'NET-5',
      'POL-1',
      'SEC-3',
      'VOL-1',
      'VOL-2',
    ]);
  });

  test('a stack without agents is nobody to judge, whatever it leaves open', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Theirs');
    new CfnSecurityGroup(stack, 'Open', {
      groupDescription: 'open',
      securityGroupEgress: [{ ipProtocol: '-1', cidrIp: '0.0.0.0/0' }],
    });
    new CfnInstance(stack, 'Machine', { imageId: 'ami-1' });
    new CfnOutput(stack, 'Out', { value: 'x' });
    expect(judge(app.synth().getStackByName('Theirs').template)).toEqual([]);
    expect(new AirlockChecks(app).validateScope(app)).toMatchObject({
      success: true,
      violations: [{ severity: 'info', description: 'no stack of this app has an agent to examine' }],
    });
  });

  test('a tree that was never written to a disk is judged all the same', () => {
    const { app } = appWithLonelyHost();
    app.synth();
    const { success, violations } = new AirlockChecks(app).validateScope(app);
    expect(success).toBe(false);
    const [examined, ...broken] = violations;
    expect(examined).toMatchObject({
      severity: 'info',
      description: expect.stringMatching(
        /^\d+ of \d+ invariants are broken \(examined: resources 1, agents 1\)$/,
      ),
    });
    expect(broken.every(({ severity, fix }) => severity === 'fatal' && fix)).toBe(true);
    expect(
      violations.flatMap(({ violatingResources }) =>
        violatingResources.map(({ constructPath }) => constructPath),
      ),
    ).toEqual(expect.arrayContaining(['Theirs/Machine']));
  });
});
