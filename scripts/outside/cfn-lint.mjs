import { run } from './programs.mjs';
import { sample, settingsOf, variants } from './variants.mjs';

/** Rules that are off, with the reason. */
const OFF = {
  W3005: 'CDK adds a dependency to a reference that implies it; the order is the same',
};

/** DEP-1: checks the templates against CloudFormation's schemas, in every region that the configuration accepts. */
export const cfnLint = {
  name: 'cfn-lint',
  program: 'cfn-lint',
  what: 'every combination of modes in every region',
  findings: () =>
    variants().flatMap(({ regions, templates }) =>
      lint(
        regions,
        templates.map(({ file }) => file),
      ),
    ),
  spoilt() {
    const [{ templates }] = variants();
    const { template } = templates[0];
    const FailClosed = {
      Type: 'AWS::Route53Resolver::FirewallConfig',
      Properties: { ResourceId: 'vpc-0123456789abcdef0', FirewallFailOpen: 'DISABLED' },
    };
    const spoilt = { ...template, Resources: { ...template.Resources, FailClosed } };
    const file = sample('not-creatable.json', JSON.stringify(spoilt));
    return lint(['us-east-1'], [file]).filter((finding) => finding.includes('E3006'));
  },
};

function lint(regions, files) {
  const off = Object.keys(OFF).flatMap((rule) => ['--ignore-checks', rule]);
  // Exit codes are a sum: 2 errors, 4 warnings, 8 information.
  const codes = [0, 2, 4, 6, 8, 10, 12, 14];
  const { stdout } = run('cfn-lint', ['--format', 'json', '--regions', ...regions, ...off, '--', ...files], {
    codes,
  });
  return JSON.parse(stdout || '[]').map(
    ({ Rule, Message, Filename, Location }) =>
      `${Rule.Id} ${Message} at ${(Location.Path ?? []).join('/')} with ${settingsOf(Filename)}`,
  );
}
