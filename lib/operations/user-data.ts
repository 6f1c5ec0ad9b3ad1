import { unpackFiles } from '../../constructs/agent-host/boot/packed-files';
import { TAG_AGENT, TAG_PART } from '../../constructs/names';
import { isRecord } from '../json';
import { userDataText } from '../user-data-text';
import { readTemplate } from './read-template';

export type UserDataResult =
  /** Unpacked; values that the deployment fills in are `${…}`. */
  | { readonly reason: 'found'; readonly lines: readonly string[] }
  | { readonly reason: 'absent' | 'unreadable'; readonly message: string };

interface Instance {
  readonly Type?: string;
  readonly Properties?: {
    readonly UserData?: unknown;
    /** A list on an instance, but a template is only text. */
    readonly Tags?: unknown;
  };
}

export type KitTemplate =
  | {
      readonly ok: true;
      readonly template: { readonly Resources: Readonly<Record<string, Instance>> };
      readonly sha256: string;
    }
  | { readonly ok: false; readonly message: string };

/** A template with resources, JSON or YAML. */
export function readKitTemplate(file: string): KitTemplate {
  const read = readTemplate(file);
  if (read.ok && isRecord(read.template) && isRecord(read.template.Resources))
    return { ...read, template: read.template as never };
  const why = read.ok ? `template ${file}: it has no resources` : read.message;
  return { ok: false, message: `${why}: run "npx airlock synth" again, or name another file` };
}

/** The user data of an agent's host, from a template that a synth wrote. */
export function agentUserDataOf(file: string, agent: string): UserDataResult {
  const read = readKitTemplate(file);
  if (!read.ok) return { reason: 'unreadable', message: read.message };
  const hosts = Object.values(read.template.Resources).filter(
    (each) => each?.Type === 'AWS::EC2::Instance' && tag(each, TAG_PART) === 'agent-host',
  );
  const host = hosts.find((each) => tag(each, TAG_AGENT) === agent);
  if (host)
    return {
      reason: 'found',
      lines: unpackFiles(userDataText(host.Properties?.UserData)).trimEnd().split('\n'),
    };
  const agents = hosts.map((each) => tag(each, TAG_AGENT) ?? '').sort();
  return {
    reason: 'absent',
    message: `the template has no host of that agent: it has ${agents.join(', ') || 'none'}`,
  };
}

function tag({ Properties }: Instance, key: string): string | undefined {
  const tags = Properties?.Tags;
  const found = Array.isArray(tags) ? tags.find((each) => each?.Key === key)?.Value : undefined;
  return typeof found === 'string' ? found : undefined;
}
