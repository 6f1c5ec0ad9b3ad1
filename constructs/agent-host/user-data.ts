import { Fn, Token } from 'aws-cdk-lib';
import { agentFiles } from './boot/agent-files';
import begin from './boot/begin.sh';
import { bootPlan } from './boot/boot-plan';
import ca from './boot/ca.sh';
import dns from './boot/dns.sh';
import { script, writeFile } from './boot/machine-file';
import { pack } from './boot/packed-files';
import start from './boot/start.sh';
import type { AgentUserDataProps } from './props';

export type { AgentUserDataProps } from './props';

/** The most that EC2 takes, in bytes before base64 (EC2 user guide). */
const USER_DATA_LIMIT = 16 * 1024;

/** The part of it for the kit and a runtime, in bytes; the rest is for the lists of an agent's file. */
export const USER_DATA_BUDGET = 12 * 1024;

/** Assumed size of a token's value, in bytes: the longest IPv4 address, and a certificate of an RSA 4096 key. */
const ADDRESS_BYTES = 15;
const CERTIFICATE_BYTES = 2000;

/**
 * The agent host's whole configuration as one cloud-init boothook. At every boot:
 *
 * 1. cloud-init reads the user data afresh and runs it as root, before sysinit.target.
 * 2. begin.sh: any step that fails from here on leaves the agent off, and says so on the console.
 * 3. The machine's identity and its one resolver, the proxy box, are written.
 * 4. The packed part is unpacked: network settings; dns.sh checks the proxy's address and the release, and turns IPv6
 *    off; units and programs that hold no setting are written.
 * 5. ca.sh adds the proxy box's certificate to the trusted ones.
 * 6. Files that hold a setting are written, and files of an earlier configuration removed.
 * 7. start.sh makes the agent's user and starts the units. airlock-wait waits for the proxy box, airlock-state checks
 *    and mounts the state volume, airlock-runtime installs and checks the runtime. Then agent.service starts.
 *
 * A boothook is the only kind of user data that cloud-init runs at every boot (its handler's frequency is always), and
 * the Ec2 datasource keeps no cache over a boot: after a stop and start, changed user data is in force without a
 * replacement (CHG-1). The only part of the policy in it is which model and channel presets the agent uses, so no change
 * of an egress rule changes it. Text that depends on a setting is readable in a template's diff; the rest is packed.
 *
 * @throws when a value could be more than a value to a shell, or the text is longer than EC2 takes
 */
export function agentUserData(props: AgentUserDataProps): string {
  const plan = bootPlan(props);
  const files = agentFiles(plan);
  const text = [
    '#cloud-boothook\n#!/bin/sh\n',
    script(begin),
    ...files.dns.map(writeFile),
    pack(
      [
        ...files.network.map(writeFile),
        script(dns),
        ...files.packed.map(writeFile),
        shellFunction('trust', ca),
        shellFunction('start', start),
      ].join(''),
    ),
    indentedCertificate(plan.certificate),
    'trust\n',
    ...files.rest.map(writeFile),
    `drop ${files.absent.join(' ')}\n`,
    'start\n',
  ].join('');
  const size = userDataSize(text);
  if (size > USER_DATA_LIMIT) {
    throw new Error(
      `the user data of ${props.agent}'s host is ${size} bytes and EC2 takes no more than ${USER_DATA_LIMIT}: ` +
        'name fewer skills or MCP servers, or have custom.install fetch a part of what it holds',
    );
  }
  return text;
}

/** A step that runs after plain files: the packed part defines it, the plain part calls it. */
function shellFunction(name: string, body: string): string {
  return `${name}() {\n${script(body)}}\n`;
}

/** Bytes of user data once deployed. A token alone on a line counts as the certificate, any other as an address. */
export function userDataSize(text: string): number {
  return Buffer.byteLength(
    text
      .replace(/^ \$\{Token\[[^\]]+\]\}$/gm, '.'.repeat(CERTIFICATE_BYTES))
      .replace(/\$\{Token\[[^\]]+\]\}/g, '.'.repeat(ADDRESS_BYTES)),
  );
}

/**
 * The certificate is known at deploy time only, so nothing here can search it for the end of its here-document. A blank
 * before each line means that no line can be that end, whatever the custom resource returned. ca.sh removes the blanks.
 */
function indentedCertificate(pem: string): string {
  const lines = Token.isUnresolved(pem)
    ? Fn.join('\n ', Fn.split('\n', pem))
    : pem.trimEnd().replaceAll('\n', '\n ');
  return `put 644 /run/airlock/ca <<\\E\n ${lines}\nE\n`;
}
