import type { Problem } from '../model';
import type { Parsed, ParsedSecret } from '../parsed';
import { problemAt, stemOf } from '../source/source';
import { checkOwnParameter } from '../values/parameter-name';

/**
 * Every secret has its own parameter, below its agent's prefix. This check skips an agent whose name differs from its
 * file's, because its prefix isn't known.
 */
export function parameters({ airlock, agents }: Parsed): Problem[] {
  const stack = airlock?.settings.name;
  const problems: Problem[] = [];
  const owners = new Map<string, ParsedSecret>();
  for (const { settings, secrets, source } of agents) {
    if (settings.name !== stemOf(source)) continue;
    for (const secret of secrets) {
      const { parameter } = secret;
      if (parameter === undefined) {
        continue;
      }
      const place = { ...secret.place, path: pathOf(secret) };
      const outside = stack && settings.name && checkOwnParameter(parameter, stack, settings.name);
      const owner = owners.get(parameter);
      if (outside) {
        problems.push(problemAt(place, outside));
      } else if (owner && !(owner.id === secret.id && owner.place.source === source)) {
        const message = `is the parameter of the secret "${owner.id}" in ${owner.place.source.file} too`;
        problems.push(problemAt(place, { message, fix: 'give each secret a parameter of its own' }));
      }
      owners.set(parameter, secret);
    }
  }
  return problems;
}

function pathOf({ place }: ParsedSecret): (string | number)[] {
  return [...place.path, place.path[0] === 'secrets' ? 'parameter' : 'preset'];
}
