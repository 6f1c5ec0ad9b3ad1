import type { Resource } from '../../reach/template/template';
import { field, items, type Value } from '../../reach/template/value';
import type { Rule } from '../rule';
import type { Cell } from '../template/cell';
import { refersTo } from '../template/lookup';

/** What reach accepts, because it accepts any key of the stack: an agent's resource under the stack's own key. */
export const vol1: Rule = {
  id: 'VOL-1',
  law: "everything of an agent's is encrypted with its own key",
  check: (stack) =>
    stack.cells.flatMap((cell) =>
      encrypted(cell)
        .filter(
          ({ key }) =>
            stack.template.referred(key, 'AWS::KMS::Key') !== undefined && !refersTo(key, cell.key),
        )
        .map(({ resource }) => ({
          resource: resource.id,
          message: `belongs to agent "${cell.agent}" and is encrypted with a key that doesn't`,
          fix: "use the agent's own key",
        })),
    ),
};

function encrypted({ members }: Cell): { resource: Resource; key: Value }[] {
  return members.flatMap((resource) => [
    ...(KEY_PROPERTIES[resource.type] ?? []).map((property) => ({ resource, key: resource.get(property) })),
    ...items(resource.get('BlockDeviceMappings')).map((device) => ({
      resource,
      key: field(field(device, 'Ebs'), 'KmsKeyId'),
    })),
  ]);
}

const KEY_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::Volume': ['KmsKeyId'],
  'AWS::Logs::LogGroup': ['KmsKeyId'],
  'AWS::SNS::Topic': ['KmsMasterKeyId'],
};
