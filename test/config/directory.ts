import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatProblem, loadAirlock } from '../../lib/config';
import { warningsOf as allWarnings } from '../../lib/warnings/warnings';
import { temporary } from '../support/temporary';

const BASE = join(__dirname, '../fixtures/config/base');

/** A copy of the sound configuration, with some files written over or added. */
export function directoryWith(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const directory = temporary();
  cpSync(BASE, directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** The problems of a directory as they are printed, with the directory itself as `DIR`. */
export function problemsOf(directory: string): string[] {
  const loaded = loadAirlock(directory);
  return loaded.ok ? [] : loaded.problems.map((problem) => shown(formatProblem(problem), directory));
}

export function warningsOf(directory: string, now = new Date()): string[] {
  const loaded = loadAirlock(directory);
  return loaded.ok
    ? allWarnings(loaded.airlock, loaded.files, now).map((warning) =>
        shown(formatProblem(warning), directory),
      )
    : [];
}

function shown(line: string, directory: string): string {
  return line.replaceAll(`${directory}/`, '').replaceAll(directory, 'DIR');
}
