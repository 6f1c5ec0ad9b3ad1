import { unpackFiles } from '../../../constructs/agent-host/boot/packed-files';
import { holdsSecret } from '../../config/source/secret-shapes';
import { textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import { AGENT_SECRETS_TYPE } from '../template/cell';
import { attributesIn, type Leaf } from '../template/leaves';
import type { StackTemplate } from '../template/stack-template';

export const sec1: Rule = {
  id: 'SEC-1',
  law: 'no secret value appears in a template',
  check: (stack) =>
    stack.cells.length === 0
      ? []
      : [...literals(stack), ...secureStrings(stack), ...parameters(stack), ...outputs(stack)],
};

function literals(stack: StackTemplate): Finding[] {
  const names = new Set([
    ...stack.template.document.resources.keys(),
    ...stack.template.document.parameters.keys(),
  ]);
  const policies = new Set(stack.cells.flatMap((cell) => cell.policy?.parameters.map(({ id }) => id) ?? []));
  return stack.leaves
    .filter(({ text }) => text.length >= SHORTEST && !names.has(text))
    .map((leaf) => ({ ...leaf, text: unpackFiles(leaf.text) }))
    .flatMap((leaf) => {
      const certain = credential(leaf.text);
      const what = certain ?? (hasRandom(leaf, policies.has(leaf.owner)) ? 'a long random text' : undefined);
      return what === undefined
        ? []
        : [
            {
              resource: leaf.owner,
              // Never the text itself: this message goes to logs.
              message: `${leaf.path} holds ${what}`,
              fix: 'take it out, count it as leaked and replace it; set secrets with `airlock secrets put`',
              isSuspicion: certain === undefined,
            },
          ];
    });
}

/** Nothing shorter has a credential's shape. */
const SHORTEST = 16;

function credential(text: string): string | undefined {
  if (holdsSecret(text)) {
    return 'what looks like a credential';
  }
  return /\{\{resolve:(?:ssm-secure|secretsmanager):/.test(text)
    ? "a secret that CloudFormation would put into the resource's properties"
    : undefined;
}

/** Paths of a policy hold identifiers that look as random as a key; a secret would be in a formatter. */
function hasRandom({ path, text }: Leaf, isPolicy: boolean): boolean {
  const parts = isPolicy
    ? [...text.matchAll(/formatter: "(.*?)(?<!\\)"/g)].map(([, formatter = '']) => formatter)
    : [text];
  return !PACKED.test(path) && parts.flatMap(words).some(isRandom);
}

/** CDK's own usage record: compressed. */
const PACKED = /^CDKMetadata\./;
const LONG = 24;
/** Bits a character. Base64 of random bytes has above 4 from 24 characters on; words and identifiers stay below. */
const RANDOM = 4;

function words(text: string): string[] {
  return text.split(/[^A-Za-z0-9+/=_-]+/).filter((word) => word.length >= LONG && word.length <= 512);
}

/** Letters of both cases and digits mixed throughout: no path, no digest in hex, no name made of words. */
function isRandom(word: string): boolean {
  return word
    .split(/[/_-]/)
    .some(
      (part) =>
        part.length >= LONG &&
        [/[A-Z]/g, /[a-z]/g, /[0-9]/g].every((kind) => (part.match(kind)?.length ?? 0) >= part.length / 12) &&
        !GENERATED_NAME.test(part) &&
        entropy(part) >= RANDOM,
    );
}

/** CDK makes a name unique with eight digits of a digest. */
const GENERATED_NAME = /^[A-Za-z][A-Za-z0-9]*[0-9A-F]{8}$/;

function entropy(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / word.length) * Math.log2(count / word.length),
    0,
  );
}

function secureStrings(stack: StackTemplate): Finding[] {
  return stack.template
    .ofType('AWS::SSM::Parameter', 'AWS::SecretsManager::Secret')
    .filter(
      (resource) =>
        resource.type !== 'AWS::SSM::Parameter' ||
        !['String', 'StringList'].includes(textOf(resource.get('Type')) ?? ''),
    )
    .map((resource) => ({
      resource: resource.id,
      message: `a ${resource.type} in a template has its value in the template, or CloudFormation makes the value`,
      fix: 'declare a secret of an agent: the custom resource makes its SecureString',
    }));
}

function parameters(stack: StackTemplate): Finding[] {
  return [...stack.template.document.parameters]
    .filter(([, parameter]) => parameter.NoEcho !== undefined && String(parameter.NoEcho) !== 'false')
    .map(([id]) => ({
      resource: id,
      message: `template parameter ${id} has NoEcho: a secret value would pass through CloudFormation`,
      fix: 'take the parameter away; set secrets with `airlock secrets put`',
    }));
}

/** The custom resource gives back one thing that is public: the certificate. */
function outputs(stack: StackTemplate): Finding[] {
  const secrets = new Set(stack.template.ofType(AGENT_SECRETS_TYPE).map((resource) => resource.id));
  return attributesIn(stack.raw)
    .filter(({ id, attribute }) => secrets.has(id) && attribute !== 'CaCertificate')
    .map(({ owner, id, attribute }) => ({
      resource: owner,
      message: `reads ${attribute} of ${id}, which gives back nothing but CaCertificate`,
      fix: 'read CaCertificate',
    }));
}
