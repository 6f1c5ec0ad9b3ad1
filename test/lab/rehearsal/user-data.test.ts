import { type Deployed, deployedUserData } from '../../../lab/rehearsal/plan/user-data';

const DEPLOYED: Deployed = {
  ref: (id) => (id === 'AWS::StackName' ? 'airlock' : undefined),
  attribute: (id, name) =>
    id === 'Box' && name === 'PrivateIp' ? '10.64.4.5' : name === 'Pem' ? 'a\nb' : undefined,
};
const joined = (...parts: unknown[]) => ({ 'Fn::Base64': { 'Fn::Join': ['', parts] } });

test('user data is filled in as by a deployment', () => {
  const value = joined(
    '#!/bin/sh\nPROXY=',
    { 'Fn::GetAtt': ['Box', 'PrivateIp'] },
    ' ',
    { Ref: 'AWS::StackName' },
    '\n ',
    { 'Fn::Join': ['\n ', { 'Fn::Split': ['\n', { 'Fn::GetAtt': ['Ca', 'Pem'] }] }] },
  );
  expect(deployedUserData(value, DEPLOYED)).toEqual({
    ok: true,
    text: '#!/bin/sh\nPROXY=10.64.4.5 airlock\n a\n b',
  });
});

test.each([
  ['a resource that has no value', joined({ Ref: 'Elsewhere' }), /names Elsewhere, which/],
  ['an attribute that has none', joined({ 'Fn::GetAtt': ['Box', 'Arn'] }), /names Box\.Arn, which/],
  ['an unknown function', joined({ 'Fn::ImportValue': 'x' }), /holds \{"Fn::ImportValue":"x"\}/],
  ['no text', undefined, /holds undefined/],
  ['more than EC2 takes', joined('x'.repeat(16_385)), /16385 bytes: EC2 takes 16384/],
  ['nesting without end', nested(40), /can't resolve/],
])('user data with %s is refused by name', (_, value, words) => {
  const filled = deployedUserData(value, DEPLOYED);
  expect(filled.ok ? '' : filled.problem).toMatch(words);
});

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : { 'Fn::Base64': nested(depth - 1) };
}
