import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DIGEST_METADATA } from '../../config/digest';

/** Where `cdk synth` writes, relative to the project. */
export const OUTPUT = 'cdk.out';
export const REPORT = 'validation-report.json';

export interface TemplateResource {
  readonly Type?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** A stack that a synth left behind. */
export interface SynthesisedStack {
  readonly name: string;
  /** Path of its template. */
  readonly file: string;
  /** Absent when the template fits any region. */
  readonly region?: string;
  readonly modified: Date;
  /** Of the configuration it was made of. @default the app doesn't say */
  readonly digest?: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type?: string;
  readonly displayName?: string;
  /** Such as `aws://unknown-account/us-east-1`. */
  readonly environment?: string;
  readonly additionalMetadataFile?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
}

/** Construct path to what the CDK notes about that construct. */
type Metadata = Readonly<Record<string, readonly { readonly type?: string; readonly data?: unknown }[]>>;

/** The stacks in a directory that `cdk synth` wrote; none when there is no such directory. */
export function stacksIn(directory: string): SynthesisedStack[] {
  const stacks: SynthesisedStack[] = [];
  for (const [id, artifact] of Object.entries(manifestOf(directory)?.artifacts ?? {})) {
    const template = artifact?.properties?.templateFile;
    if (artifact?.type !== 'aws:cloudformation:stack' || !isFileName(template)) continue;
    const file = join(directory, template);
    const modified = modificationTime(file);
    if (modified) {
      const name = artifact.properties?.stackName ?? artifact.displayName ?? id;
      const digest = Object.values(metadataOf(directory, artifact)).flatMap((entries) =>
        dataOf(entries, DIGEST_METADATA),
      );
      stacks.push({ name, file, modified, region: regionOf(artifact.environment), digest: digest[0] });
    }
  }
  return stacks;
}

/** Construct path to logical id, for every resource of every stack: `/airlock/scout/Key/Resource` to `scoutKey1234`. */
export function resourcePaths(directory: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const artifact of Object.values(manifestOf(directory)?.artifacts ?? {})) {
    for (const [path, entries] of Object.entries(metadataOf(directory, artifact))) {
      const [logicalId] = dataOf(entries, 'aws:cdk:logicalId');
      if (logicalId !== undefined) paths.set(path, logicalId);
    }
  }
  return paths;
}

/**
 * Removes the templates and the report of an earlier run, so that a failed one leaves nothing that looks current (the
 * CDK believes an old report when checks are off). Assets stay: they are named by their content. Does nothing while
 * another CDK uses the directory, which the CDK itself reports.
 */
export function forgetEarlierRun(directory: string): void {
  if (!lstatSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  if (readdirSync(directory).some((name) => /^(synth|read\..*)\.lock$/u.test(name))) return;
  for (const stack of stacksIn(directory)) rmSync(stack.file, { force: true });
  for (const name of ['manifest.json', REPORT]) rmSync(join(directory, name), { force: true });
}

/** The content of a JSON file; undefined when it is missing or broken. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function manifestOf(directory: string): Manifest | undefined {
  return readJson<Manifest>(join(directory, 'manifest.json')) ?? undefined;
}

function metadataOf(directory: string, { additionalMetadataFile: file }: Artifact): Metadata {
  return (isFileName(file) ? readJson<Metadata>(join(directory, file)) : undefined) ?? {};
}

/** The texts of one type in a construct's metadata. */
function dataOf(entries: Metadata[string], type: string): string[] {
  const texts = Array.isArray(entries) ? entries.filter((entry) => entry?.type === type) : [];
  return texts.flatMap(({ data }) => (typeof data === 'string' ? [data] : []));
}

function regionOf(environment: unknown): string | undefined {
  const [, region] = /^aws:\/\/[^/]+\/([a-z0-9-]+)$/u.exec(String(environment)) ?? [];
  return region === 'unknown-region' ? undefined : region;
}

/** A manifest names files beside itself; anything else could point anywhere. */
function isFileName(name: string | undefined): name is string {
  return typeof name === 'string' && /^[\w.-]+$/u.test(name) && !name.startsWith('..');
}

function modificationTime(file: string): Date | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.mtime;
}
