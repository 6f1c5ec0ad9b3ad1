import { agentPrefix } from '../../../constructs/names';
import { type Finding, shaped } from '../finding';

/** First parts of the parameters that the kit keeps below an agent's prefix. */
const RESERVED = new Set(['box', 'ca', 'drill', 'policy']);
/** Parameter Store's quotas: characters of a name, and levels. */
const LONGEST = 1011;
const DEEPEST = 15;

const NAME = /^(?:\/[A-Za-z0-9_.-]+)+$/;

/** Accepts a name that Parameter Store takes in a hierarchy. */
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

/** IAM-2: a proxy box can read only below its own agent's prefix. */
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
