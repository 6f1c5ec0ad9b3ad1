import { agentPrefix } from '../../../constructs/names';
import { type Finding, shaped } from '../finding';

/** First parts below an agent's prefix that the kit writes itself. */
const RESERVED = new Set(['box', 'ca', 'drill', 'policy']);
/** Parameter Store: 1011 characters of a name are the user's; 15 levels. */
const LONGEST = 1011;
const DEEPEST = 15;

const NAME = /^(?:\/[A-Za-z0-9_.-]+)+$/;

/** Parameter Store's rules for a name in a hierarchy. */
export const checkParameterName = shaped(NAME, (name) => {
  const example = 'write one such as "/airlock/scout/github-write-pat"';
  if (!name.startsWith('/')) {
    return { message: 'must be the name of a parameter, beginning with "/"', fix: example };
  }
  if (!NAME.test(name)) {
    return {
      message: 'is not a parameter name',
      fix: `${example}: a-z, A-Z, 0-9, "_", "." and "-" between slashes`,
    };
  }
  if (name.length > LONGEST || name.split('/').length - 1 > DEEPEST) {
    return {
      message: `is longer than ${LONGEST} characters or deeper than ${DEEPEST} levels`,
      fix: 'write a shorter one',
    };
  }
  return undefined;
});

/** A proxy box may read below its own agent's prefix only (IAM-2), beside what the kit keeps there. */
export function checkOwnParameter(name: string, stack: string, agent: string): Finding | undefined {
  const prefix = `${agentPrefix(stack, agent)}/`;
  if (!name.startsWith(prefix)) {
    const last = name.split('/').at(-1);
    return {
      message: `must lie below "${prefix}", where its proxy box may read`,
      fix: `write "${prefix}${last}"`,
    };
  }
  const [first = ''] = name.slice(prefix.length).split('/');
  return RESERVED.has(first.toLowerCase())
    ? {
        message: `lies in a part of "${prefix}" that the kit uses itself`,
        fix: `name it anything but ${[...RESERVED].join(', ')}`,
      }
    : undefined;
}
