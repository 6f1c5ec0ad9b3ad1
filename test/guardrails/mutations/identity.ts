import { arn, attribute, type Mutation, ref } from '../mutation';

const POLICY = 'scoutProxyRolePolicy';
const allow = (actions: string | string[], resources: unknown) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

export const IDENTITY_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'a wildcard action in a proxy role',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft
        .statements(POLICY)
        .push(allow('ssm:Get*', arn('ssm:us-east-1:${AWS::AccountId}:parameter/airlock/scout/box')));
    },
  },
  {
    breaks: "a proxy role that reads everything below its agent's prefix",
    fires: ['IAM-2'],
    edit: (draft) => {
      draft
        .statements(POLICY)
        .push(allow('ssm:GetParameter', arn('ssm:us-east-1:${AWS::AccountId}:parameter/airlock/scout/*')));
    },
  },
  {
    breaks: "a proxy role that reads another agent's secret",
    fires: ['IAM-2'],
    edit: (draft) => {
      draft
        .statements(POLICY)
        .push(
          allow(
            'ssm:GetParameter',
            arn('ssm:us-east-1:${AWS::AccountId}:parameter/airlock/mender/github-read-pat'),
          ),
        );
    },
  },
  {
    breaks: "a proxy role that decrypts with another agent's key",
    fires: ['IAM-2', 'SEC-3'],
    edit: (draft) => {
      draft.statements(POLICY).push({
        ...allow('kms:Decrypt', attribute(draft.id('menderKey'), 'Arn')),
        Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
      });
    },
  },
  {
    breaks: 'a proxy role that decrypts without Parameter Store',
    fires: ['IAM-2'],
    edit: (draft) => {
      const decrypt = draft.statements(POLICY).find(({ Sid }) => Sid === 'DecryptOwnSecrets');
      delete decrypt?.Condition;
    },
  },
  {
    breaks: 'a proxy role that allows all but what it names',
    fires: ['IAM-2', 'LOG-1', 'SEC-3'],
    edit: (draft) => {
      draft.statements(POLICY).push({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' });
    },
  },
  {
    breaks: "AWS's own Session Manager policy on a proxy role",
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.get('scoutProxyRole').Properties.ManagedPolicyArns = [
        arn('iam::aws:policy/AmazonSSMManagedInstanceCore'),
      ];
    },
  },
  {
    breaks: 'a proxy role that may assume other roles',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.statements(POLICY).push(allow('sts:AssumeRole', arn('iam::${AWS::AccountId}:role/deployer')));
    },
  },
  {
    breaks: 'a proxy role that a person may assume',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.get('scoutProxyRole').Properties.AssumeRolePolicyDocument.Statement[0].Principal = {
        AWS: arn('iam::${AWS::AccountId}:root'),
      };
    },
  },
  {
    breaks: 'a model that the agent never declared',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft
        .statements(POLICY)
        .push(
          allow(
            'bedrock:InvokeModel',
            arn('bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0'),
          ),
        );
    },
  },
  {
    breaks: 'every model where one is declared',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft
        .statements('menderProxyRolePolicy')
        .push(allow('bedrock:InvokeModel', arn('bedrock:us-east-1::foundation-model/*')));
    },
  },
  {
    breaks: 'a permission in a policy that names the role by its text',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.get('scoutProxyRole').Properties.RoleName = 'scout-box';
      draft.add('More', 'AWS::IAM::Policy', {
        PolicyName: 'more',
        Roles: ['scout-box'],
        PolicyDocument: { Statement: [allow('iam:PassRole', '*')] },
      });
    },
  },
  {
    breaks: 'a permission inside the role itself',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.get('scoutProxyRole').Properties.Policies = [
        { PolicyName: 'more', PolicyDocument: { Statement: allow('s3:ListAllMyBuckets', '*') } },
      ];
    },
  },
  {
    breaks: 'a policy document that another stack writes',
    fires: ['IAM-2', 'LOG-1'],
    edit: (draft) => {
      draft.get(POLICY).Properties.PolicyDocument = { 'Fn::ImportValue': 'elsewhere' };
    },
  },
  {
    breaks: 'two proxy boxes with one role',
    fires: ['IAM-2', 'LOG-1', 'SEC-3'],
    edit: (draft) => {
      draft.get('scoutProxyInstance').Properties.IamInstanceProfile = ref(draft.id('menderProxyRoleProfile'));
    },
  },
  {
    breaks: 'an agent key that anybody in another account may use',
    fires: ['IAM-2'],
    edit: (draft) => {
      draft.get('scoutKey').Properties.KeyPolicy.Statement.push({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Principal: { AWS: '*' },
      });
    },
  },
  ...['kms:GrantIsForAWSResource', 'kms:GrantConstraintType', 'kms:ViaService'].map(
    (condition): Mutation => ({
      breaks: `the provider able to grant whatever it likes on an agent's key: no ${condition}`,
      fires: ['SEC-3'],
      edit: (draft) => {
        const grant = draft
          .statements('EnvironmentProviderPolicy')
          .find(({ Action }) => Action === 'kms:CreateGrant');
        for (const operator of Object.values(grant?.Condition as Record<string, Record<string, unknown>>)) {
          delete operator[condition];
        }
      },
    }),
  ),
  {
    breaks: 'the provider able to read back what it wrote',
    fires: ['SEC-3'],
    edit: (draft) => {
      draft
        .statements('EnvironmentProviderPolicy')
        .push(allow('kms:Decrypt', attribute(draft.id('scoutKey'), 'Arn')));
    },
  },
  {
    breaks: "an output that names the authority's private key",
    fires: ['SEC-3'],
    edit: (draft) => {
      draft.template.Outputs = { ...draft.template.Outputs, Key: { Value: '/airlock/scout/ca/private-key' } };
    },
  },
  {
    breaks: "another agent's box parameter that names the private key",
    fires: ['IAM-2', 'SEC-3'],
    edit: (draft) => {
      draft
        .statements('menderProxyRolePolicy')
        .push(
          allow(
            'ssm:GetParameter',
            arn('ssm:us-east-1:${AWS::AccountId}:parameter/airlock/scout/ca/private-key'),
          ),
        );
    },
  },
  {
    breaks: 'secrets encrypted with the key of another agent',
    fires: ['SEC-3'],
    edit: (draft) => {
      draft.get('scoutSecretsParameters').Properties.KeyArn = attribute(draft.id('menderKey'), 'Arn');
    },
  },
];
