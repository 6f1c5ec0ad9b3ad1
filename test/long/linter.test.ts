import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { pinned, synthesise } from '../stack/synthesise';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';

const LINTER = 'CloudFormation Validate';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: readonly { readonly ruleName: string; readonly description: string }[];
  }[];
}

/** Everything else runs without it, because it costs one to two seconds a process. */
beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});

describe('the CloudFormation linter that comes with CDK', () => {
  test.each([
    ['the test configuration', kitAirlock()],
    ['the other modes', airlockWith({ network: { dns: 'off', egress: 'nat-gateway' }, access: 'none' })],
  ])('finds nothing in %s', (_, airlock) => {
    const { pluginReports } = synthesise(pinned(airlock)).report as Report;
    const own = pluginReports.filter(({ pluginName }) => pluginName === LINTER);
    expect(own).toMatchObject([{ conclusion: 'success', violations: [] }]);
  });

  test('finds a property that no resource has', () => {
    const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    new CfnResource(new Stack(app, 'Wrong'), 'Vpc', {
      type: 'AWS::EC2::VPC',
      properties: { CidrBlok: '10.0.0.0/16' },
    });
    expect(() => app.synth()).toThrow('CidrBlok');
  });
});
