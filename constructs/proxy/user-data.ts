import { boxParameter } from '../names';
import unit from './boot/airlock-bootstrap.service';
import boothook from './boot/boothook.tmpl';
import bootstrap from './boot/bootstrap.sh';

export interface ProxyUserDataProps {
  /** Stack name: letters, digits and hyphens (CloudFormation's own rule). */
  readonly stack: string;
  readonly agent: string;
}

/** As CloudFormation and the kit's schema allow; it also means that no name can become shell. */
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/**
 * The user data of a proxy box. It depends on the names of stack and agent alone, and its bytes must never change:
 * CloudFormation stops and starts an instance whose user data changes (CHG-1). Policy, certificate and software come from
 * the parameter that it names. At every boot:
 *
 * 1. cloud-init runs this boothook (it would run a script once only, even after a failure).
 * 2. The boothook writes box.conf, bootstrap.sh and airlock-bootstrap.service, and starts that unit.
 * 3. The unit installs warden from the box parameter's digest, and retries until it has worked once. After an interrupted
 *    first boot, or one without a network, it tries again. Once warden is installed the unit does nothing.
 *
 * @throws when a name holds anything but letters, digits and hyphens.
 */
export function proxyUserData({ stack, agent }: ProxyUserDataProps): string {
  for (const [what, name] of Object.entries({ stack, agent })) {
    if (!NAME.test(name)) {
      throw new Error(
        `${what}: "${name}" must begin with a letter and hold only letters, digits and hyphens`,
      );
    }
  }
  const values: Record<string, string> = {
    STACK: stack,
    AGENT: agent,
    PARAMETER: boxParameter(stack, agent),
    // The first line is here, because some tools that read a file as text remove it.
    BOOTSTRAP: `#!/usr/bin/env bash\n${bootstrap.replace(/^#!.*/, '').trim()}`,
    UNIT: unit.trimEnd(),
  };
  return boothook.replace(
    /^(.*)@([A-Z]+)@$/gm,
    (_, before: string, name: string) => `${before}${values[name]}`,
  );
}
