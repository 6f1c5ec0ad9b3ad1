import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { caCertificateParameter, caKeyParameter, spendParameter } from '../names';
import type { Provider } from '../provider/provider';
import { encryptPermission } from '../provider/resources/agent-secrets/permissions';

export interface AgentSecretsProps {
  readonly agent: string;
  readonly key: kms.IKey;
  readonly provider: Provider;
  /** Parameter Store names of the agent's secrets. */
  readonly parameters: readonly string[];
  /** On every parameter that the provider makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * An agent's SecureStrings and its certificate authority. The provider function creates each parameter with the agent's
 * key and the value `UNSET`. The operator sets the value, and no deployment changes it. It also creates the parameter in which
 * the proxy box reserves money for model calls: a parameter of the template would get its first value back with new tags.
 *
 * **Resources**: one custom resource.
 *
 * **Security considerations**: SEC-1 (values never pass through CloudFormation), SEC-2, SEC-3 (the authority's
 * private key goes from the function's memory straight into its SecureString; only the certificate comes back). The
 * operator must set each value with `airlock secrets put` and revoke old ones at their issuer.
 */
export class AgentSecrets extends Construct {
  /** PEM, public. */
  readonly caCertificate: string;

  constructor(scope: Construct, id: string, props: AgentSecretsProps) {
    super(scope, id);
    const stack = Stack.of(this).stackName;
    const resource = props.provider.make(this, 'Parameters', {
      type: 'Custom::AirlockAgentSecrets',
      properties: {
        Agent: props.agent,
        KeyArn: props.key.keyArn,
        Parameters: [...props.parameters].sort(),
        CaKeyParameter: caKeyParameter(stack, props.agent),
        CaCertificateParameter: caCertificateParameter(stack, props.agent),
        SpendParameter: spendParameter(stack, props.agent),
        Tags: props.tags,
      },
      // Without its sid, so that the agents' statements merge into one.
      permissions: (scope) => [
        { ...encryptPermission({ ...scope, keyArn: props.key.keyArn }), sid: undefined },
      ],
    });
    this.caCertificate = resource.getAttString('CaCertificate');
  }
}
