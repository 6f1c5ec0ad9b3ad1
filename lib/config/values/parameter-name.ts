import { agentPrefix, MODEL_SPEND } from '../../../constructs/names';
import { type Finding, shaped } from '../finding';

/**
 * Parts of the parameters that the kit keeps below an agent's prefix. No part of a secret's name may be one: IAM's `*` covers
 * slashes, so whoever may write the grants of a stack could write a secret with `grants` in its middle.
 */
const RESERVED = new Set(['box', 'ca', 'containment', 'drill', 'grants', MODEL_SPEND, 'policy']);
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
  const parts = name.slice(prefix.length).toLowerCase().split('/');
  return parts.some((part) => RESERVED.has(part))
    ? {
        message: `lies in a part of "${prefix}" that the kit uses itself`,
        fix: `name it anything but ${[...RESERVED].join(', ')}`,
      }
    : undefined;
}
