import { Fn, Token } from 'aws-cdk-lib';
import type { Day } from '../names';
import { agentFiles } from './boot/agent-files';
import begin from './boot/begin.sh';
import ca from './boot/ca.sh';
import dns from './boot/dns.sh';
import { render, writeFile } from './boot/machine-file';
import { pack } from './boot/packed-files';
import start from './boot/start.sh';
import { certificate } from './boot/values';
import type { RuntimeName, RuntimeSettings } from './runtimes';

export interface AgentUserDataProps {
  readonly stack: string;
  readonly agent: string;
  readonly os: 'debian-13' | 'debian-12';
  /** The proxy box's private IPv4 address, or the token that becomes it. */
  readonly proxyAddress: string;
  /** PEM, or the token that becomes it. Public: user data is readable by everything on the machine (SEC-1). */
  readonly caCertificate: string;
  /**
   * HTTPS address of a Debian archive. Its security archive is looked for beside it, as on Debian's own hosts: for
   * `https://mirror.example.com/debian` that is `https://mirror.example.com/debian-security`.
   * @default the machine has no package source at all, and installs no updates
   */
  readonly aptMirror?: string;
  /** The runtime's name, as in the agent's file. */
  readonly runtime: RuntimeName;
  /** @default the runtime's own choices, hardened */
  readonly runtimeSettings?: RuntimeSettings;
  /** Whether the agent's user may become root. */
  readonly root: boolean;
  /** Share of the whole machine that the agent's unit may take, in percent, from 1 to 100. */
  readonly limits: { readonly cpuPercent: number; readonly memoryPercent: number };
  /**
   * The hour of the week, UTC, in which the machine restarts when updates ask for it.
   * @default Sunday, 4
   */
  readonly updates?: { readonly day: Day; readonly hour: number };
  /** What the instance's block device mapping calls the state volume, such as `/dev/sdf`. */
  readonly stateDevice: string;
}

/** What EC2 takes, in bytes before base64 (EC2 user guide). */
const USER_DATA_LIMIT = 16 * 1024;

/** What the kit and a runtime may take of it, in bytes; the rest is for what an agent's file lists. */
export const USER_DATA_BUDGET = 12 * 1024;

/** What a token is taken to become, in bytes: the longest IPv4 address, and a certificate of an RSA 4096 key. */
const ADDRESS_BYTES = 15;
const CERTIFICATE_BYTES = 2000;

/**
 * The agent host's whole configuration as one cloud-init boothook: whatever depends on a setting is text that a reviewer
 * can read in a template diff, and the rest is packed (packed-files.ts).
 *
 * A boothook, because it is the one kind of user data that cloud-init runs at every boot (its handler's frequency is
 * always), before any of its modules and before sysinit.target. The Ec2 datasource keeps no cache over a boot, so
 * what runs is the user data as it is now: after a stop and start a changed one is in force, without a replacement
 * (CHG-1). Of the policy it knows which model and channel presets are used, so that no egress rule can change it.
 *
 * @throws when a value could be more than a value to a shell, or the text outgrows what EC2 takes
 */
export function agentUserData(props: AgentUserDataProps): string {
  const files = agentFiles(props);
  const text = [
    '#cloud-boothook\n#!/bin/sh\n',
    render(begin),
    ...files.dns.map(writeFile),
    pack(
      [
        ...files.network.map(writeFile),
        render(dns),
        ...files.packed.map(writeFile),
        shellFunction('trust', ca),
        shellFunction('start', start),
      ].join(''),
    ),
    marginedCertificate(certificate(props.caCertificate)),
    'trust\n',
    ...files.rest.map(writeFile),
    `drop ${files.absent.join(' ')}\n`,
    'start\n',
  ].join('');
  const size = userDataSize(text);
  if (size > USER_DATA_LIMIT) {
    throw new Error(
      `the user data of ${props.agent}'s host is ${size} bytes and EC2 takes no more than ${USER_DATA_LIMIT}: ` +
        'name fewer skills or MCP servers, or have custom.install fetch what it is too long for',
    );
  }
  return text;
}

/** A step of the boothook that comes after plain files: packed before them, taken after them. */
function shellFunction(name: string, body: string): string {
  return `${name}() {\n${render(body)}}\n`;
}

/** Bytes of user data once deployed. A token that has a line to itself counts as the certificate, others as an address. */
export function userDataSize(text: string): number {
  return Buffer.byteLength(
    text
      .replace(/^ \$\{Token\[[^\]]+\]\}$/gm, '.'.repeat(CERTIFICATE_BYTES))
      .replace(/\$\{Token\[[^\]]+\]\}/g, '.'.repeat(ADDRESS_BYTES)),
  );
}

/**
 * The certificate is known at deploy time only, so nothing here can look for the here-document's end in it. A blank
 * before each of its lines settles it: no line can be the end, whatever the custom resource returned. ca.sh takes
 * the blanks off.
 */
function marginedCertificate(pem: string): string {
  const lines = Token.isUnresolved(pem)
    ? Fn.join('\n ', Fn.split('\n', pem))
    : pem.trimEnd().replaceAll('\n', '\n ');
  return `put 644 /run/airlock/ca <<\\E\n ${lines}\nE\n`;
}
