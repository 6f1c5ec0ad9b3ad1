import { isRecord, own } from '../../../lib/json';
import type { Template } from '../../../lib/reach/template/template';
import { items, textOf } from '../../../lib/reach/template/value';
import { userDataText } from '../../../lib/user-data-text';
import { parsePolicy } from './policy';

/** What deployment and operator write to Parameter Store for one cell. */
export interface Seed {
  readonly agent: string;
  /** Values of secret parameters; undefined: never set. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
  readonly ca: { readonly certificateParameter: string; readonly keyParameter: string };
  /** Plain parameters and their texts. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A file that a host of the lab's internet serves. */
export interface ServedFile {
  readonly host: string;
  /** In the URL. */
  readonly path: string;
  /** Its path on this machine. */
  readonly file: string;
  /** Path of the file that is sent instead when `another` is asked for. */
  readonly other?: string;
}

/** How a host answers for a file: with all of it, 404, 403, half of it, or another file. */
export type Serving = 'whole' | 'missing' | 'refused' | 'cut' | 'another';

/** What the program that acts as the internet is told. */
export interface InternetRole {
  readonly region: string;
  /** Names and the documentation addresses that they resolve to. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly awsHosts: readonly string[];
  /** Address of the public resolver. */
  readonly resolver: string;
  readonly seeds: readonly Seed[];
  /** Values to recognise in what arrives, by the id of the secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What stands for a secret in a path, by the id of the secret. */
  readonly placeholders: Readonly<Record<string, string>>;
  readonly files: readonly ServedFile[];
  readonly npm: readonly { readonly host: string; readonly path: string }[];
  /** `owner/name`, cloned from github.com. */
  readonly repositories: readonly string[];
  readonly moto: string;
  readonly dnsmasq: string;
  readonly scratch: string;
}

/** What the lab reads of a box parameter. */
export interface Manifest {
  readonly stack: string;
  readonly agent: string;
  readonly policy: { readonly parameters: readonly string[]; readonly sha256: string };
  readonly ca: { readonly certificateParameter: string; readonly keyParameter: string };
  readonly warden: { readonly sha256: string };
  readonly ironProxy?: { readonly version: string; readonly url: string; readonly sha256: string };
}

/** One cell of a template, as its proxy box finds it in Parameter Store. */
export interface Cell {
  readonly agent: string;
  readonly stack: string;
  readonly boxParameter: string;
  readonly manifest: Manifest;
  /** Parameters of the policy. */
  readonly parts: readonly { readonly name: string; readonly text: string }[];
  /** The parts, joined. */
  readonly policy: string;
  /** Names of its secrets' parameters, as the template's custom resource has them. */
  readonly parameters: readonly string[];
}

/** Every cell of a template, by its box parameter. */
export function cellsOf(template: Template): Cell[] {
  const texts = new Map<string, string>();
  for (const each of template.ofType('AWS::SSM::Parameter')) {
    const name = textOf(each.get('Name'));
    if (name !== undefined) texts.set(name, parameterText(own(each.raw.properties, 'Value')));
  }
  const secrets = new Map<string, readonly string[]>();
  for (const each of template.ofType('Custom::AirlockAgentSecrets')) {
    const names = items(each.get('Parameters')).map(textOf);
    secrets.set(
      textOf(each.get('Agent')) ?? '',
      names.filter((name): name is string => name !== undefined),
    );
  }
  return [...texts].flatMap(([boxParameter, text]) => {
    const manifest = boxParameter.endsWith('/box') ? manifestOf(text) : undefined;
    if (manifest === undefined) return [];
    const { agent, stack } = manifest;
    const parts = manifest.policy.parameters.map((name) => ({ name, text: texts.get(name) ?? '' }));
    const policy = parts.map(({ text: part }) => part).join('');
    return [{ agent, stack, boxParameter, manifest, parts, policy, parameters: secrets.get(agent) ?? [] }];
  });
}

/** References that a deployment resolves become `lab`: nothing here uses them. */
function parameterText(value: unknown): string {
  return userDataText(plain(value)).replaceAll(/\$\{[^}]*\}/g, 'lab');
}

/** Replaces `Fn::Sub`, the only other function in these parameters, by its text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  const substituted = own(value, 'Fn::Sub');
  if (typeof substituted === 'string') return substituted;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function manifestOf(text: string): Manifest | undefined {
  try {
    const read = JSON.parse(text) as Manifest;
    return Array.isArray(read.policy.parameters) && typeof read.agent === 'string' ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Hosts that a policy's allow rules name, without CONNECT's own entries and without wildcards. */
export function hostsOf({ policy }: Cell): string[] {
  const hosts = parsePolicy(policy).allow.map(({ host }) => host);
  return [...new Set(hosts)].filter((host) => !host.includes('*'));
}

/** `owner/name` of every repository that a policy lets an agent clone from github.com. */
export function repositoriesOf({ policy }: Cell): string[] {
  const paths = parsePolicy(policy).allow.flatMap((rule) =>
    rule.host === 'github.com' ? (rule.paths ?? []) : [],
  );
  return [
    ...new Set(paths.flatMap((path) => /^\/([\w.-]+\/[\w.-]+)\.git\/git-upload-pack$/.exec(path)?.[1] ?? [])),
  ];
}
