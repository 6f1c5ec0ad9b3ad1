import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { STATE_ATTACHMENT_TYPE, STATE_DEVICE } from '../names';
import type { Provider } from '../provider/provider';
import { moveStatePermissions } from '../provider/resources/state-attachment/permissions';

export interface StateAttachmentProps {
  readonly agent: string;
  readonly instanceId: string;
  readonly volumeId: string;
  readonly provider: Provider;
}

/**
 * The state volume on the agent host. Neither `Volumes` of the instance nor `AWS::EC2::VolumeAttachment`: CloudFormation
 * creates before it deletes, so a new host would need the volume while the old host still has it.
 *
 * **Resources**: one custom resource.
 *
 * **Security considerations**: VOL-2. The function moves only what carries this agent's tags, and takes the volume only
 * from a machine that is stopped. The operator must not attach the volume by hand.
 */
export class StateAttachment extends Construct {
  constructor(scope: Construct, id: string, props: StateAttachmentProps) {
    super(scope, id);
    const stack = Stack.of(this).stackName;
    props.provider.make(this, 'Resource', {
      type: STATE_ATTACHMENT_TYPE,
      properties: {
        InstanceId: props.instanceId,
        VolumeId: props.volumeId,
        Device: STATE_DEVICE,
        Cell: `${stack}/${props.agent}`,
      },
      permissions: (account) => moveStatePermissions({ ...account, stack }),
      serviceTimeout: Duration.minutes(16),
    });
  }
}
