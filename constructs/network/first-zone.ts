import { Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ZONE_TYPE } from '../names';
import type { Provider } from '../provider/provider';
import { zonePermissions } from '../provider/resources/placement/permissions';

export interface FirstZoneProps {
  readonly provider: Provider;
  /** What the zone must offer; agents may add to it until the synthesis. */
  readonly instanceTypes: readonly string[];
}

/**
 * The availability zone of a stack for which none is pinned. Not `Fn::GetAZs`: AWS doesn't promise its order, and another
 * first zone would replace every subnet at a later deployment.
 *
 * **Resources**: one custom resource, which chooses when it is created and never again.
 *
 * **Security considerations**: CHG-1. The operator should pin the zone after the first deployment (`airlock images pin`).
 */
export class FirstZone extends Construct {
  readonly zone: string;

  constructor(scope: Construct, id: string, props: FirstZoneProps) {
    super(scope, id);
    const resource = props.provider.make(this, 'Resource', {
      type: ZONE_TYPE,
      properties: {
        Stack: Stack.of(this).stackName,
        Region: Stack.of(this).region,
        InstanceTypes: Lazy.list({ produce: () => [...new Set(props.instanceTypes)].sort() }),
      },
      permissions: zonePermissions,
    });
    this.zone = resource.getAttString('Zone');
  }
}
