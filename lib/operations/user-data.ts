import { readFileSync } from 'node:fs';
import { unpackFiles } from '../../constructs/agent-host/boot/packed-files';
import { TAG_AGENT, TAG_PART } from '../../constructs/names';
import { userDataText } from '../user-data-text';

export type UserDataResult =
  /** Unpacked; values that the deployment fills in are `${…}`. */
  | { readonly reason: 'found'; readonly text: string }
  | { readonly reason: 'absent'; readonly agents: readonly string[] }
  | { readonly reason: 'unreadable'; readonly message: string };

interface Instance {
  readonly Type?: string;
  readonly Properties?: {
    readonly UserData?: unknown;
    /** A list on an instance, but a template is only text. */
    readonly Tags?: unknown;
  };
}

/** The resources of a template; undefined when the file is no template. */
export function readTemplate(
  file: string,
): { readonly Resources: Readonly<Record<string, Instance>> } | undefined {
  try {
    const template = JSON.parse(readFileSync(file, 'utf8'));
    return typeof template?.Resources === 'object' && template.Resources !== null ? template : undefined;
  } catch {
    return undefined;
  }
}

/** The user data of an agent's host, from a template that a synth wrote. */
export function agentUserDataOf(file: string, agent: string): UserDataResult {
  const template = readTemplate(file);
  if (!template) {
    return { reason: 'unreadable', message: `template ${file} can't be read: run "npm run synth" again` };
  }
  const hosts = Object.values(template.Resources).filter(
    (each) => each?.Type === 'AWS::EC2::Instance' && tag(each, TAG_PART) === 'agent-host',
  );
  const host = hosts.find((each) => tag(each, TAG_AGENT) === agent);
  return host
    ? { reason: 'found', text: unpackFiles(userDataText(host.Properties?.UserData)) }
    : { reason: 'absent', agents: hosts.map((each) => tag(each, TAG_AGENT) ?? '').sort() };
}

function tag({ Properties }: Instance, key: string): string | undefined {
  const tags = Properties?.Tags;
  const found = Array.isArray(tags) ? tags.find((each) => each?.Key === key)?.Value : undefined;
  return typeof found === 'string' ? found : undefined;
}
