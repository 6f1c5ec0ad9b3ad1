import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct, type IDependable } from 'constructs';
import { machine } from '../machine';
import {
  boxParameter,
  caCertificateParameter,
  caKeyParameter,
  containmentParameter,
  grantParameter,
  spendParameter,
} from '../names';
import type { AirlockNetwork } from '../network/airlock-network';
import { PROXY_ROOT_GIB } from '../sizes';
import type { BoxManifest } from './box-manifest';
import { PolicyParameters } from './policy-parameters';
import { ProxyRole } from './proxy-role';
import type { Software } from './software';
import { proxyUserData } from './user-data';

export interface ProxyBoxProps {
  readonly agent: string;
  readonly network: AirlockNetwork;
  readonly key: kms.IKey;
  readonly instanceType: string;
  readonly imageId: string;
  readonly securityGroupIds: readonly string[];
  readonly policy: string;
  readonly secretParameters: readonly string[];
  /** Ids of the rules that need a grant. */
  readonly highRiskRules: readonly string[];
  /** Whether the agent's model calls have a limit. */
  readonly limitsSpend: boolean;
  readonly grants: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
  readonly logGroup: logs.ILogGroup;
  readonly software: Software;
  /** Takes the box's records. @default there is no archive */
  readonly archive?: s3.IBucket;
  /** @default not installed: the box serves no request until a release is pinned */
  readonly ironProxy?: { readonly version: string; readonly url: string; readonly sha256: string };
  /** @default the box takes no updates of its system */
  readonly amazonLinux?: BoxManifest['amazonLinux'];
  /** The secrets and the certificate authority, which the box needs. */
  readonly after: IDependable;
}

/**
 * The proxy box of one agent: the only machine that its agent host reaches, and the only place where the agent's credentials
 * are. It runs iron-proxy and warden.
 *
 * **Resources**: instance, its role, the policy's parameters and the box parameter; in `address` mode an Elastic IP.
 *
 * **Security considerations**: IAM-2, IMDS-1, POL-1, SEC-3. The user data names one parameter and never changes;
 * versions and policy come from that parameter at each boot and while running. The public address is an Elastic IP
 * and not the instance's own, because switching the instance's own replaces it (CHG-1). The operator must pin a release
 * of iron-proxy; until then the box refuses every request.
 */
export class ProxyBox extends Construct {
  readonly instance: ec2.CfnInstance;
  readonly privateAddress: string;

  /** @internal */
  constructor(scope: Construct, id: string, props: ProxyBoxProps) {
    super(scope, id);
    const stack = Stack.of(this).stackName;
    const policy = new PolicyParameters(this, 'Policy', { agent: props.agent, policy: props.policy });
    const manifest: BoxManifest = {
      format: 1,
      stack,
      agent: props.agent,
      policy: { parameters: policy.names, sha256: policy.sha256 },
      ca: {
        certificateParameter: caCertificateParameter(stack, props.agent),
        keyParameter: caKeyParameter(stack, props.agent),
      },
      warden: { bucket: props.software.bucket, key: props.software.key, sha256: props.software.sha256 },
      ironProxy: props.ironProxy,
      amazonLinux: props.amazonLinux,
      archive: props.archive && { bucket: props.archive.bucketName, keyArn: props.key.keyArn },
    };
    const box = new ssm.CfnParameter(this, 'Box', {
      name: boxParameter(stack, props.agent),
      type: 'String',
      tier: 'Standard',
      value: Stack.of(this).toJsonString(manifest),
      description: `What belongs on the proxy box of ${props.agent}`,
    });
    // The digest must not arrive before its text.
    box.node.addDependency(policy);

    const role = new ProxyRole(this, 'Role', {
      agent: props.agent,
      key: props.key,
      parameters: [
        boxParameter(stack, props.agent),
        ...policy.names,
        manifest.ca.certificateParameter,
        manifest.ca.keyParameter,
        ...props.secretParameters,
      ],
      grantParameters: props.highRiskRules.map((rule) => grantParameter(stack, props.agent, rule)),
      containmentParameter: containmentParameter(stack, props.agent),
      spendParameter: props.limitsSpend ? spendParameter(stack, props.agent) : undefined,
      logGroup: props.logGroup,
      archive: props.archive,
      softwareArn: props.software.arn,
      grants: props.grants,
    });

    // A new warden needs its permissions and parameters.
    box.node.addDependency(role.policy, props.after);

    this.instance = machine(this, 'Instance', {
      part: 'proxy-box',
      instanceType: props.instanceType,
      imageId: props.imageId,
      subnetId: props.network.proxiesSubnet.ref,
      securityGroupIds: props.securityGroupIds,
      rootGiB: PROXY_ROOT_GIB,
      key: props.key,
      instanceProfileName: role.instanceProfile.ref,
      userData: proxyUserData({ stack, agent: props.agent }),
      after: [box, role, props.after, props.network.confinement],
    });
    this.privateAddress = this.instance.attrPrivateIp;

    if (props.network.egress === 'address') {
      const address = new ec2.CfnEIP(this, 'Address', { domain: 'vpc', instanceId: this.instance.ref });
      // Explicit: the gateway can't be deleted while an address is mapped through it.
      if (props.network.internetGateway) address.node.addDependency(props.network.internetGateway);
    }
  }
}
