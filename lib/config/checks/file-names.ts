import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { quote } from '../quote';
import { isWritten, problemAt, type Source, stemOf } from '../source/source';

/** A file's `name` must be the file's own name: so no two agents share one, and nobody edits the wrong file. */
export function fileName(source: Source, name: string | undefined, also = ''): Problem[] {
  const stem = stemOf(source);
  if (name === undefined || name === stem) return [];
  const message = `must be what the file is called, ${quote(stem)}`;
  const fix = `rename the file or write ${quote(stem)}${also}`;
  return [problemAt({ source, path: ['name'] }, { message, fix })];
}

/** A copied file repeats the old name in its parameters: one problem covers both. */
export function agentFileName({ source, settings, secrets }: ParsedAgent): Problem[] {
  const named = secrets.some(
    ({ place, parameter }) =>
      isWritten({ ...place, path: [...place.path, 'parameter'] }) &&
      parameter?.split('/')[2] === settings.name,
  );
  return fileName(source, settings.name, named ? ', in the parameters of its secrets as well' : '');
}
