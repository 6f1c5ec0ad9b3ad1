import { type Check, shaped } from '../finding';

const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Names that the kit itself uses below `/<stack>/…` or on a machine. */
const RESERVED_AGENTS = new Set([
  'airlock',
  'audit',
  'box',
  'ca',
  'network',
  'policy',
  'software',
  'stack',
  'warden',
]);

/**
 * Lower-case words joined by hyphens, beginning with a letter. CloudFormation, Parameter Store and file systems all allow
 * such names.
 */
export function kebab(longest: number): Check {
  return shaped(KEBAB, (name) => {
    if (name.length > longest) {
      return { message: `is longer than ${longest} characters`, fix: 'choose a shorter name' };
    }
    if (!KEBAB.test(name)) {
      const like = name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^[^a-z]+|-+$/g, '');
      return {
        message: 'must be lower-case words joined by hyphens, beginning with a letter',
        fix: KEBAB.test(like) ? `write ${JSON.stringify(like)}` : 'write a name such as "scout-2"',
      };
    }
    return undefined;
  });
}

/** CloudFormation allows 128 characters, and other names are made from this one. */
export const checkStackName = shaped(/^(?!aws|ssm)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, (name) => {
  if (/^(aws|ssm)/i.test(name)) {
    return {
      message: 'must not begin with "aws" or "ssm", because its parameters are named after it',
      fix: 'choose another name, such as "airlock"',
    };
  }
  return kebab(64)(name);
});

/** The value may be a secret in the wrong place, so the finding repeats nothing of it. */
export const checkSecretId = shaped(KEBAB, (id) => {
  const finding = kebab(64)(id);
  return finding && { message: finding.message, fix: 'write the id of a secret, such as "github-read-pat"' };
});

export const checkAgentName = shaped(KEBAB, (name) =>
  RESERVED_AGENTS.has(name)
    ? { message: 'is a name the kit uses itself', fix: 'name the agent differently' }
    : kebab(24)(name),
);
