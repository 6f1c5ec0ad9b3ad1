import type { Draft, DraftSecret } from '../draft/draft';
import type { Problem } from '../model';
import { problemAt } from '../source/source';
import { checkOwnParameter } from '../values/parameter-name';

/** Every secret has a parameter of its own, below its agent's prefix. */
export function parameters({ stack, agents }: Draft): Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, DraftSecret>();
  for (const { name, secrets, source } of agents) {
    for (const secret of secrets) {
      const { parameter } = secret;
      if (parameter === undefined) {
        continue;
      }
      const place = { ...secret.place, path: pathOf(secret) };
      const outside = stack !== undefined && name !== undefined && checkOwnParameter(parameter, stack, name);
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

function pathOf({ place }: DraftSecret): (string | number)[] {
  return [...place.path, place.path[0] === 'secrets' ? 'parameter' : 'preset'];
}
