import { Fn, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import { acknowledge, acknowledgeLint } from './acknowledge';
import { ROOT_DEVICE, TAG_PART } from './names';

export interface MachineProps {
  readonly part: 'agent-host' | 'proxy-box';
  /** An arm64 instance type. */
  readonly instanceType: string;
  readonly imageId: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  readonly rootGiB: number;
  readonly key: kms.IKey;
  /** What must be there before the machine starts: at least what confines it (`AirlockNetwork.confinement`). */
  readonly after: readonly IDependable[];
  /** Plain text; at most 16 KB once rendered. */
  readonly userData: string;
  /** @default none: the machine holds no AWS credential */
  readonly instanceProfileName?: string;
}

/**
 * The settings that both machines of a cell share. Written at the L1 level because the L2 instance always makes a
 * role and a profile, which an agent host must not have (IAM-1).
 *
 * Nothing that a config edit can touch is a property whose change replaces the instance (CHG-1): no fixed address,
 * no network interface, no public-address switch.
 */
export function machine(scope: Construct, id: string, props: MachineProps): ec2.CfnInstance {
  const instance = new ec2.CfnInstance(scope, id, {
    imageId: props.imageId,
    instanceType: props.instanceType,
    subnetId: props.subnetId,
    securityGroupIds: [...props.securityGroupIds],
    iamInstanceProfile: props.instanceProfileName,
    // T4g starts `unlimited`, and surplus credits cost money (COST-1).
    creditSpecification: props.instanceType.startsWith('t') ? { cpuCredits: 'standard' } : undefined,
    metadataOptions: {
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      // Images made for IMDSv2 start with 2 (EC2 user guide), and a container could then ask.
      httpPutResponseHopLimit: 1,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'disabled',
    },
    blockDeviceMappings: [
      {
        deviceName: ROOT_DEVICE,
        ebs: {
          volumeType: 'gp3',
          volumeSize: props.rootGiB,
          encrypted: true,
          kmsKeyId: props.key.keyArn,
          deleteOnTermination: true,
        },
      },
    ],
    userData: Fn.base64(props.userData),
    ebsOptimized: true,
    monitoring: false,
    propagateTagsToVolumeOnCreation: true,
    instanceInitiatedShutdownBehavior: 'stop',
  });
  instance.node.addDependency(...props.after);
  Tags.of(instance).add(TAG_PART, props.part);
  acknowledge(
    instance,
    ['AwsSolutions'],
    'EC29',
    'CloudFormation can not delete an instance with termination protection: an agent removed from the ' +
      'configuration would go on running unattended. What must survive is on the state volume, which is retained.',
  );
  for (const [pack, rule] of DETAILED_MONITORING_RULES) {
    acknowledge(
      instance,
      [pack],
      rule,
      'Nothing reads a metric of EC2 by the minute but the status checks, which come by the minute without it; health ' +
        'and requests are in the audit log within a minute. It would cost 2.10 USD a month for each machine.',
    );
  }
  acknowledgeLint(
    instance,
    'W9010',
    'Image ids are pinned on purpose: a parameter would replace the machine when a newer image appears.',
  );
  return instance;
}

/** The two packs that want detailed monitoring call their rules differently. */
const DETAILED_MONITORING_RULES = [
  ['AwsSolutions', 'EC28'],
  ['HIPAA.Security', 'EC2InstanceDetailedMonitoringEnabled'],
] as const;
