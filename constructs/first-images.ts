import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { IMAGES_TYPE } from './names';
import type { Provider } from './provider/provider';
import { imagePermissions } from './provider/resources/placement/permissions';

/** An image id, or the public parameter that names the newest image when the machine is first deployed. */
export type Image = string | { readonly newestOf: string };

export interface FirstImagesProps {
  readonly agent: string;
  readonly os: string;
  readonly host: Image;
  readonly box: Image;
  readonly provider: Provider;
}

/**
 * The images of one agent's machines. Those that are not pinned are looked up once: a template parameter of type
 * `AWS::SSM::Parameter::Value` is looked up at every deployment, and a newer image would replace the machine.
 *
 * **Resources**: none when both are pinned, else one custom resource.
 *
 * **Security considerations**: CHG-1. The operator should pin images: a machine keeps its first one, however old.
 */
export class FirstImages extends Construct {
  readonly host: string;
  readonly box: string;

  constructor(scope: Construct, id: string, props: FirstImagesProps) {
    super(scope, id);
    const { host, box } = props;
    if (typeof host === 'string' && typeof box === 'string') {
      this.host = host;
      this.box = box;
      return;
    }
    const parameters = [host, box].flatMap((image) => (typeof image === 'string' ? [] : [image.newestOf]));
    const resource = props.provider.make(this, 'Resource', {
      type: IMAGES_TYPE,
      properties: {
        Cell: `${Stack.of(this).stackName}/${props.agent}`,
        Os: props.os,
        ...(typeof host === 'string' ? {} : { HostParameter: host.newestOf }),
        ...(typeof box === 'string' ? {} : { BoxParameter: box.newestOf }),
      },
      permissions: (account) => imagePermissions(account, parameters),
    });
    this.host = typeof host === 'string' ? host : resource.getAttString('AgentHost');
    this.box = typeof box === 'string' ? box : resource.getAttString('ProxyBox');
  }
}
