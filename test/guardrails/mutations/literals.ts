import { packFiles } from '../../../constructs/agent-host/boot/packed-files';
import type { Mutation } from '../mutation';

/** Shaped like a credential, made of nothing: the letters of the alphabet, twice. */
const TOKEN_SHAPED = `${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`;
const RANDOM = 'q7Zt0LmX4vR9bKc2WnY8dHs5JgPf3EaU';

export const LITERAL_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'a token in the user data of a host',
    fires: ['SEC-1'],
    edit: (draft) => {
      const text = JSON.stringify(draft.get('scoutHostInstance').Properties.UserData);
      draft.get('scoutHostInstance').Properties.UserData = JSON.parse(
        text.replace('#!/bin/sh', `#!/bin/sh\\n# ${TOKEN_SHAPED}`),
      );
    },
  },
  {
    breaks: 'a token in a file that is packed into the user data',
    fires: ['SEC-1'],
    edit: (draft) => {
      const files = [{ path: '/etc/x', text: `${'x'.repeat(3000)}\n${TOKEN_SHAPED}\n` }];
      const text = JSON.stringify(draft.get('scoutHostInstance').Properties.UserData);
      const packed = JSON.stringify(packFiles(files)).slice(1, -1);
      draft.get('scoutHostInstance').Properties.UserData = JSON.parse(
        text.replace(/step=unpacking\\n.*?\/packed\\"\\n(?=put|\\?")/, () => packed),
      );
    },
  },
  {
    breaks: 'a token in an output',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.template.Outputs = { ...draft.template.Outputs, Oops: { Value: TOKEN_SHAPED } };
    },
  },
  {
    breaks: 'a random text in the environment of a function',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.get('EnvironmentProviderFunction').Properties.Environment = { Variables: { PASSWORD: RANDOM } };
    },
  },
  {
    breaks: 'a random text in a tag',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.get('scoutHostInstance').Properties.Tags.push({ Key: 'note', Value: RANDOM });
    },
  },
  {
    breaks: 'a SecureString whose value CloudFormation knows',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.add('Secret', 'AWS::SSM::Parameter', {
        Type: 'SecureString',
        Name: '/airlock/scout/extra',
        Value: 'UNSET',
      });
    },
  },
  {
    breaks: 'a dynamic reference that puts a secret into user data',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.get('scoutGroupsProxyIn').Properties.GroupDescription =
        '{{resolve:ssm-secure:/airlock/scout/github-read-pat}}';
    },
  },
  {
    breaks: 'a secret that passes through a template parameter',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.template.Parameters = { ...draft.template.Parameters, Token: { Type: 'String', NoEcho: true } };
    },
  },
  {
    breaks: 'an output of something else that the custom resource might give back',
    fires: ['SEC-1'],
    edit: (draft) => {
      draft.template.Outputs = {
        ...draft.template.Outputs,
        Secret: { Value: { 'Fn::GetAtt': [draft.id('scoutSecretsParameters'), 'CaKey'] } },
      };
    },
  },
];
