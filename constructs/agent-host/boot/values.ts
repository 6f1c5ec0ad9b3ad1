import { isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { DAYS, type Day } from '../../names';
import { runtimeValues } from '../runtimes/runtime-values';
import type { AgentUserDataProps } from '../user-data';
import type { Values } from './machine-file';

/** Debian's names for what the configuration calls by number. */
const CODENAMES = { 'debian-13': 'trixie', 'debian-12': 'bookworm' } as const;

const NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;
const DEVICE = /^\/dev\/[a-z][a-z0-9]{1,15}$/;
const MIRROR = /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(\/[A-Za-z0-9][A-Za-z0-9._~-]*)+$/;
const PEM = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?$/;

/**
 * The values that boot files name. `lib/config` has judged them before; a construct can be used without it, so
 * everything outside the narrow alphabets below is refused here again: these texts end up in files that a root
 * shell reads. Tokens pass: what CloudFormation puts in their place is AWS's own (an address, a stack name).
 *
 * @throws with the setting, its value, what is allowed
 */
export function bootValues(props: AgentUserDataProps): Values {
  const codename = CODENAMES[props.os];
  if (!codename) refuse('os', props.os, Object.keys(CODENAMES).join(' or '));
  const mirror = props.aptMirror?.replace(/(?<=.)\/$/, '');
  return {
    STACK: matching('stack', props.stack, NAME, 'letters, digits and hyphens, starting with a letter'),
    AGENT: matching('agent', props.agent, NAME, 'letters, digits and hyphens, starting with a letter'),
    ...runtimeValues(props),
    OS: props.os,
    CODENAME: codename,
    PROXY: address(props.proxyAddress),
    STATE_DEVICE: matching('stateDevice', props.stateDevice, DEVICE, 'a device name such as /dev/sdf'),
    CPU_PERCENT: percent('limits.cpuPercent', props.limits.cpuPercent),
    MEMORY_PERCENT: percent('limits.memoryPercent', props.limits.memoryPercent),
    RESTART_AT: restartAt(props.updates),
    ...(mirror !== undefined && {
      APT_MIRROR: matching(
        'aptMirror',
        mirror,
        MIRROR,
        "an https address that ends in the archive's path, such as /debian",
      ),
    }),
  };
}

/** A literal certificate must be PEM; a token is held in place by the margin that user-data.ts puts before its lines. */
export function certificate(value: string): string {
  if (Token.isUnresolved(value) || PEM.test(value)) return value;
  throw new Error(
    'caCertificate is no PEM certificate: pass the text between and including its BEGIN and END lines',
  );
}

function restartAt({ day, hour } = { day: 'sunday' as Day, hour: 4 }): string {
  if (!DAYS.includes(day)) refuse('updates.day', day, DAYS.join(', '));
  if (!Number.isInteger(hour) || hour < 0 || hour > 23)
    refuse('updates.hour', hour, 'a whole number from 0 to 23');
  return `${day.slice(0, 3)} ${hour}:00 UTC`;
}

function address(value: string): string {
  return Token.isUnresolved(value) || isIPv4(value)
    ? value
    : refuse('proxyAddress', value, 'an IPv4 address');
}

function percent(setting: string, value: number): string {
  const sound = Number.isInteger(value) && value >= 1 && value <= 100;
  return sound ? String(value) : refuse(setting, value, 'a whole number from 1 to 100');
}

function matching(setting: string, value: string, pattern: RegExp, allowed: string): string {
  return Token.isUnresolved(value) || pattern.test(value) ? value : refuse(setting, value, allowed);
}

function refuse(setting: string, value: unknown, allowed: string): never {
  throw new Error(
    `agent host ${setting}: ${JSON.stringify(value)} cannot go into user data: write ${allowed}`,
  );
}
