import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import type { Problem } from './model';
import { nearest } from './nearest';
import { parseText } from './source/parse-text';
import { fileProblem, type Source } from './source/source';
import { leaves, readText, reason } from './source/text-file';

/** The files of one configuration directory that could be read, and the problems of the others. */
export interface ConfigFiles {
  readonly airlock?: Source;
  readonly agents: readonly Source[];
  readonly presets: readonly Source[];
  /** Names of all presets in the directory, readable or not. */
  readonly presetNames: readonly string[];
  readonly images?: Source;
  readonly software?: Source;
  readonly baselines?: Source;
  /** Names of the lock files that don't exist. */
  readonly missingLocks: readonly string[];
  readonly problems: readonly Problem[];
}

/** The configuration directory, unless the user names another. */
export const DEFAULT_CONFIG = 'config';
const AIRLOCK = 'airlock.yaml';
export const IMAGES_LOCK = 'images.lock.json';
export const SOFTWARE_LOCK = 'software.lock.json';
export const BASELINES_LOCK = 'baselines.lock.json';

export function readConfigFiles(directory: string): ConfigFiles {
  const reader = new Reader(directory);
  const nothing = { agents: [], presets: [], presetNames: [], missingLocks: [] };
  if (!reader.root) {
    return { ...nothing, problems: reader.problems };
  }
  const airlock = reader.file(AIRLOCK);
  const agents = reader.folder('agents', 'add agents/<name>.yaml for each agent');
  const presets = reader.has('presets')
    ? reader.folder('presets', "remove the folder to use the kit's presets")
    : kitPresets(reader.problems);
  const locks = [IMAGES_LOCK, SOFTWARE_LOCK].map((name) =>
    reader.has(name) ? reader.file(name) : undefined,
  );
  return {
    airlock,
    agents: agents.sources,
    presets: presets.sources,
    presetNames: presets.names,
    images: locks[0],
    software: locks[1],
    baselines: reader.has(BASELINES_LOCK) ? reader.file(BASELINES_LOCK) : undefined,
    missingLocks: [IMAGES_LOCK, SOFTWARE_LOCK].filter((name) => !reader.has(name)),
    problems: reader.problems,
  };
}

export function kitPresets(problems: Problem[]): Folder {
  const root = join(packageRoot(), 'config');
  const known = kitFolders.get(displayName(root));
  if (known) return known;
  const reader = new Reader(root);
  const folder = reader.folder('presets', 'install the package again');
  problems.push(...reader.problems);
  if (reader.problems.length === 0) kitFolders.set(displayName(root), folder);
  return folder;
}
/** The kit's own files don't change while it runs: parsed once, by the name that problems show. */
const kitFolders = new Map<string, Folder>();

/** A path relative to the working directory, if it is below it. */
export function displayName(path: string): string {
  const way = relative('', path);
  return way === '' ? '.' : way.startsWith('..') ? path : way;
}

interface Folder {
  readonly sources: readonly Source[];
  readonly names: readonly string[];
}

class Reader {
  readonly problems: Problem[] = [];
  /** The directory's real path; absent if it isn't a directory. */
  readonly root: string | undefined;

  constructor(private readonly directory: string) {
    try {
      // Node takes an empty name for the working directory, which is not what the user named.
      this.root = realpathSync(directory || '\0');
      if (!statSync(this.root).isDirectory()) {
        this.root = undefined;
        throw Object.assign(new Error(), { code: 'ENOTDIR' });
      }
    } catch (error) {
      this.problems.push(fileProblem(displayName(directory), ...reason(error)));
    }
  }

  has(name: string): boolean {
    return this.list('.').some((entry) => entry.name === name);
  }

  file(name: string): Source | undefined {
    const path = join(this.directory, name);
    const read = readText(path, displayName(path), this.root ?? '');
    if ('problem' in read) {
      this.problems.push(name === AIRLOCK ? this.hint(read.problem) : read.problem);
      return undefined;
    }
    const parsed = parseText(displayName(path), read.text);
    this.problems.push(...parsed.problems);
    return 'source' in parsed ? parsed.source : undefined;
  }

  /** Reads every `<name>.yaml` of a folder, sorted by name; any other file in it is a problem. */
  folder(name: string, fix: string): Folder {
    const path = join(this.directory, name);
    const wrong = this.refusal(path);
    if (wrong) {
      this.problems.push(
        fileProblem(displayName(path), wrong[0], wrong[0] === 'does not exist' ? fix : wrong[1]),
      );
      return { sources: [], names: [] };
    }
    const names = this.list(name).flatMap((entry) => (this.belongs(entry, path) ? [entry.name] : []));
    if (names.length === 0) {
      this.problems.push(fileProblem(displayName(path), 'holds no .yaml file', fix));
    }
    const sources = names.map((file) => this.file(join(name, file))).filter((source) => source !== undefined);
    return { sources, names: names.map((file) => basename(file, '.yaml')) };
  }

  private refusal(path: string): [message: string, fix: string] | undefined {
    try {
      return leaves(this.root ?? '', realpathSync(path))
        ? ['is a link that leads out of the configuration directory', 'put the folder itself here']
        : undefined;
    } catch (error) {
      return reason(error);
    }
  }

  private belongs(entry: Dirent, folder: string): boolean {
    if (entry.name.startsWith('.') || entry.name === 'README.md') {
      return false;
    }
    const isYaml = extname(entry.name) === '.yaml';
    if (!isYaml) {
      const fix = entry.isDirectory()
        ? 'move its files here, or remove it'
        : 'name it <name>.yaml, or remove it';
      this.problems.push(
        fileProblem(displayName(join(folder, entry.name)), 'is not a .yaml file, so it is not read', fix),
      );
    }
    return isYaml;
  }

  private list(name: string): Dirent[] {
    try {
      const entries = readdirSync(join(this.directory, name), { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.problems.push(fileProblem(displayName(join(this.directory, name)), ...reason(error)));
      return [];
    }
  }

  /** If a similar file exists, such as airlock.yml, the fix names it. */
  private hint(problem: Problem): Problem {
    const meant = nearest(
      AIRLOCK,
      this.list('.')
        .map(({ name }) => name)
        .filter((name) => name !== AIRLOCK),
    );
    const isMissing = problem.message === 'does not exist';
    return isMissing && meant ? { ...problem, fix: `rename ${meant}` } : problem;
  }
}
