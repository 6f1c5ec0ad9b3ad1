import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { quote } from '../quote';
import { isWritten, problemAt, type Source, stemOf } from '../source/source';

/** A file is called what it says: so nobody edits the wrong one, and no two agents share a name. */
export function fileName(source: Source, name: string | undefined, also = ''): Problem[] {
  const stem = stemOf(source);
  if (name === undefined || name === stem) return [];
  const message = `must be what the file is called, ${quote(stem)}`;
  const fix = `rename the file or write ${quote(stem)}${also}`;
  return [problemAt({ source, path: ['name'] }, { message, fix })];
}

/** A copied file has the name of the first one in its parameters, too: one mistake, so one problem. */
export function agentFileName({ source, settings, secrets }: ParsedAgent): Problem[] {
  const named = secrets.some(
    ({ place, parameter }) =>
      isWritten({ ...place, path: [...place.path, 'parameter'] }) &&
      parameter?.split('/')[2] === settings.name,
  );
  return fileName(source, settings.name, named ? ', in the parameters of its secrets as well' : '');
}
