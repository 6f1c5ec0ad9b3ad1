import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE = 'agent-airlock';

/**
 * The directory of this kit's own `package.json`. Sources are bundled into `dist/`, so a path relative to a
 * source file means nothing at run time.
 *
 * @throws when no `package.json` named `agent-airlock` lies above `from`: the installation is damaged.
 */
export function packageRoot(from: string = __dirname): string {
  for (let directory = from; ; directory = dirname(directory)) {
    if (isKit(join(directory, 'package.json'))) {
      return directory;
    }
    if (directory === dirname(directory)) {
      throw new Error(`no package.json of ${PACKAGE} above ${from}: install the package again`);
    }
  }
}

function isKit(file: string): boolean {
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === PACKAGE;
}
