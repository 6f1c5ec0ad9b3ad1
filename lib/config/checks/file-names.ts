import type { Problem } from '../model';
import { quote } from '../quote';
import { problemAt, type Source, stemOf, valueAt } from '../source/source';

/** A file is called what it says: so nobody edits the wrong one, and no two agents share a name. */
export function fileNames(sources: readonly Source[]): Problem[] {
  return sources.flatMap((source) => {
    const stem = stemOf(source);
    const name = valueAt(source.value, ['name']);
    return typeof name !== 'string' || name === stem
      ? []
      : [
          problemAt(
            { source, path: ['name'] },
            {
              message: `must be what the file is called, ${quote(stem)}`,
              fix: `rename the file or write ${quote(stem)}`,
            },
          ),
        ];
  });
}
