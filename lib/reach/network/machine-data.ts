import { isRecord } from '../../json';
import type { Resource, Template } from '../template/template';
import { field, items, Reference, textOf, Unknown, type Value } from '../template/value';

/** A machine's properties: its own, else its launch template's. */
export interface MachineData {
  get(property: string): Value;
}

const OUTSIDE = new Unknown('its launch template is not in the template');

/** One for each launch template an instance or an Auto Scaling group may start from. */
export function machineData(template: Template, resource: Resource): MachineData[] {
  if (resource.type === 'AWS::EC2::Instance') {
    const specification = resource.get('LaunchTemplate');
    if (specification === undefined) return [resource];
    const launched = launchTemplate(template, specification);
    return [{ get: (property) => merge(resource.get(property), launched.get(property)) }];
  }
  const configuration = resource.get('LaunchConfigurationName');
  if (configuration !== undefined) {
    return [
      template.referred(configuration, 'AWS::AutoScaling::LaunchConfiguration') ?? { get: () => OUTSIDE },
    ];
  }
  const mixed = field(resource.get('MixedInstancesPolicy'), 'LaunchTemplate');
  const specifications = [
    resource.get('LaunchTemplate'),
    field(mixed, 'LaunchTemplateSpecification'),
    ...items(field(mixed, 'Overrides')).map((override) => field(override, 'LaunchTemplateSpecification')),
  ].filter((specification) => specification !== undefined);
  if (specifications.length === 0) return [{ get: () => OUTSIDE }];
  return specifications.map((specification) => launchTemplate(template, specification));
}

function launchTemplate(template: Template, specification: Value): MachineData {
  const id = field(specification, 'LaunchTemplateId');
  const name = field(specification, 'LaunchTemplateName');
  const found =
    template.referred(id, 'AWS::EC2::LaunchTemplate') ??
    template.ofType('AWS::EC2::LaunchTemplate').find((each) => {
      const theirs = each.get('LaunchTemplateName');
      if (name instanceof Reference)
        return theirs instanceof Reference && theirs.placeholder === name.placeholder;
      return name !== undefined && textOf(theirs) === textOf(name) && textOf(name) !== undefined;
    });
  if (found === undefined) return { get: () => OUTSIDE };
  const data = found.get('LaunchTemplateData');
  if (data instanceof Unknown) return { get: () => data };
  return { get: (property) => field(data, property) };
}

/** EC2 merges metadata options one by one; it takes any other property as a whole. */
function merge(own: Value, launched: Value): Value {
  if (own === undefined) return launched;
  if (
    typeof own !== 'object' ||
    own === null ||
    Array.isArray(own) ||
    own instanceof Reference ||
    own instanceof Unknown
  ) {
    return own;
  }
  if (launched instanceof Unknown) return { ...OPTIONS_UNKNOWN, ...own };
  const base = isRecord(launched) ? launched : {};
  return { ...base, ...own } as Value;
}

const OPTIONS_UNKNOWN = { HttpEndpoint: OUTSIDE, HttpTokens: OUTSIDE, HttpPutResponseHopLimit: OUTSIDE };
