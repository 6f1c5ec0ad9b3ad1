import type { Check } from '../finding';
import { quote } from '../quote';

/** AWS allows 50 tags on a resource; the kit and CloudFormation need the others. */
const MOST_TAGS = 35;

/** Allowed by every service (AWS General Reference, "Tag naming limits"). */
const TEXT = /^[\p{L}\p{Zs}\p{N}_.:/=+\-@]*$/u;

const RESERVED = /^(?:aws|airlock):/i;

export const checkTags: Check<Readonly<Record<string, string>>> = (tags) => {
  const keys = Object.keys(tags);
  if (keys.length > MOST_TAGS) {
    return { message: `has ${keys.length} tags, more than ${MOST_TAGS}`, fix: `keep at most ${MOST_TAGS}` };
  }
  // IAM ignores the case of keys, and refuses two that differ only in case.
  const lower = keys.map((key) => key.toLowerCase());
  const twice = keys.find((_, index) => lower.indexOf(lower[index] as string) !== index);
  if (twice !== undefined) {
    return { message: `names ${quote(twice)} twice, for IAM ignores case`, fix: 'remove one of the two' };
  }
  for (const [key, value] of Object.entries(tags)) {
    const problem = keyProblem(key) ?? valueProblem(key, value);
    if (problem) return problem;
  }
  return undefined;
};

function keyProblem(key: string) {
  if (RESERVED.test(key)) {
    return {
      message: `has the key ${quote(key)}, whose prefix belongs to ${/^aws/i.test(key) ? 'AWS' : 'the kit'}`,
      fix: 'write it without that prefix',
    };
  }
  return key.length >= 1 && key.length <= 128 && TEXT.test(key)
    ? undefined
    : {
        message: `has the key ${quote(key)}, which AWS refuses`,
        fix: 'write 1 to 128 letters, digits, spaces and _ . : / = + - @',
      };
}

function valueProblem(key: string, value: string) {
  return value.length <= 256 && TEXT.test(value)
    ? undefined
    : {
        message: `has a value of ${quote(key)} that AWS refuses`,
        fix: 'write at most 256 letters, digits, spaces and _ . : / = + - @',
      };
}
