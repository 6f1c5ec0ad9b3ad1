import type { StackTemplate } from '../../stack/synthesise';

/** moto would run these in containers. Of the agents' secrets, the test runs the kit's own code. */
const LEFT_OUT = /^(AWS::Lambda::(Function|Permission)|Custom::.*)$/;

/** moto 5.2.1 fails on the tags of these: it reads them in another shape than CloudFormation's. */
const UNTAGGED = ['AWS::KMS::Key', 'AWS::SSM::Parameter'];

/**
 * The template as far as moto's CloudFormation can play it: what it doesn't know at all it leaves out by itself
 * (backups, budgets, alarms, network ACLs, the DNS firewall, the connect endpoint).
 */
export function playable(template: StackTemplate): StackTemplate {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => !LEFT_OUT.test(Type));
  const ids = new Set(kept.map(([id]) => id));
  const Resources = kept.map(([id, resource]) => {
    const { Tags, ...Properties } = resource.Properties ?? {};
    const tagged = UNTAGGED.includes(resource.Type) || Tags === undefined ? {} : { Tags };
    const DependsOn = [resource.DependsOn ?? []].flat().filter((other) => ids.has(other));
    return [id, { ...resource, DependsOn, Properties: withoutOthers({ ...Properties, ...tagged }, ids) }];
  });
  return { ...template, Resources: Object.fromEntries(Resources), Outputs: {} };
}

/** What resources that are left out would have told the others. */
function withoutOthers(value: unknown, ids: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutOthers(each, ids));
  if (typeof value !== 'object' || value === null) return value;
  const asked = (value as Record<string, unknown>)['Fn::GetAtt'];
  if (Array.isArray(asked) && !ids.has(asked[0])) return 'left-out';
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutOthers(each, ids)]));
}
