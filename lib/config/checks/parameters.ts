import type { Problem } from '../model';
import type { Parsed, ParsedSecret } from '../parsed';
import { problemAt, stemOf } from '../source/source';
import { checkOwnParameter } from '../values/parameter-name';

/**
 * Every secret has a parameter of its own, below its agent's prefix. An agent whose name isn't its file's is left out: what
 * its parameters must be is not known yet.
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
