import { boxParameter } from '../names';
import unit from './boot/airlock-bootstrap.service';
import boothook from './boot/boothook.tmpl';
import bootstrap from './boot/bootstrap.sh';

export interface ProxyUserDataProps {
  /** Stack name: letters, digits and hyphens (CloudFormation's own rule). */
  readonly stack: string;
  readonly agent: string;
}

/** What CloudFormation and the kit's schema allow; also keeps a name from becoming shell. */
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/**
 * The text a proxy box starts with. It depends on nothing but the box's name, and must stay byte for byte what it
 * was when a box was made: CloudFormation stops and starts an instance whose user data changes (CHG-1). Policy,
 * certificate and software come from the parameter it names.
 *
 * A boothook, because cloud-init runs those at every boot while it runs scripts once, whatever came of them. All it
 * does is leave a unit behind that systemd retries: a first boot without a network, or one that was cut off, is made
 * good by time or by the next boot. Once warden is installed that unit does nothing.
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
    // Said here because not every tool that reads a file as text leaves its first line alone.
    BOOTSTRAP: `#!/usr/bin/env bash\n${bootstrap.replace(/^#!.*/, '').trim()}`,
    UNIT: unit.trimEnd(),
  };
  return boothook.replace(
    /^(.*)@([A-Z]+)@$/gm,
    (_, before: string, name: string) => `${before}${values[name]}`,
  );
}
