import { stripVTControlCharacters } from 'node:util';
import { run } from './programs.mjs';
import { sample, variants } from './variants.mjs';

/** Rights without a named resource in a role: data access, privilege escalation, changes of infrastructure. */
export const cloudsplaining = {
  name: 'cloudsplaining',
  program: 'cloudsplaining',
  what: 'the policies of every role',
  findings() {
    const policies = new Map();
    for (const { templates } of variants()) {
      for (const { template } of templates) {
        for (const [id, document] of policiesOf(template)) policies.set(JSON.stringify(document), id);
      }
    }
    if (policies.size === 0) return ['no template has a policy'];
    return [...policies].flatMap(([document, id]) => scan(document).map((finding) => `${id}: ${finding}`));
  },
  spoilt() {
    const Statement = [{ Effect: 'Allow', Action: ['ssm:GetParameter', 'iam:PassRole'], Resource: '*' }];
    return scan(JSON.stringify({ Version: '2012-10-17', Statement }));
  },
};

function scan(document) {
  const file = sample('policy.json', document);
  const { stdout } = run('cloudsplaining', ['scan-policy-file', '--input-file', file]);
  const text = stripVTControlCharacters(stdout);
  const found = [...text.matchAll(/Issue found: (.*)\n(?:.*Actions?.*: (.*))?/g)];
  // Output with neither is an error.
  if (found.length === 0 && !text.includes('no results found'))
    throw new Error(`cloudsplaining says ${text}`);
  return found.map(([, issue, actions]) => `${issue}: ${actions ?? ''}`);
}

/** Managed and inline policies, with sample values for references. */
function policiesOf({ Resources }) {
  return Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (!Type.startsWith('AWS::IAM::')) return [];
    const documents = [
      Properties.PolicyDocument,
      ...(Properties.Policies ?? []).map((each) => each.PolicyDocument),
    ];
    return documents.filter(Boolean).map((document) => [id, filledIn(document)]);
  });
}

function filledIn(value) {
  if (Array.isArray(value)) return value.map(filledIn);
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(filledIn).join(value['Fn::Join'][0]);
  if (value.Ref === 'AWS::AccountId') return '123456789012';
  if ('Ref' in value || 'Fn::GetAtt' in value) return 'arn:aws:service:us-east-1:123456789012:resource';
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each)]));
}
