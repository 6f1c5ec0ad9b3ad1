import { attribute, type Mutation } from '../mutation';

const POLICY = 'scoutProxyRolePolicy';

const allow = (actions: string | string[], resources: unknown) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

export const RECORD_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'an audit log that is kept for ever, which nobody decided',
    fires: ['LOG-1'],
    edit: (draft) => {
      delete draft.get('scoutAuditGroup').Properties.RetentionInDays;
    },
  },
  {
    breaks: 'an audit log that goes with the stack',
    fires: ['LOG-1'],
    edit: (draft) => {
      draft.get('scoutAuditGroup').DeletionPolicy = 'Delete';
    },
  },
  {
    breaks: "an audit log encrypted with the stack's key",
    fires: ['LOG-1', 'VOL-1'],
    edit: (draft) => {
      draft.get('scoutAuditGroup').Properties.KmsKeyId = attribute(draft.id('EnvironmentKey'), 'Arn');
    },
  },
  {
    breaks: 'a proxy role that can delete its own log streams',
    fires: ['IAM-2', 'LOG-1'],
    edit: (draft) => {
      draft
        .statements(POLICY)
        .push(allow('logs:DeleteLogStream', attribute(draft.id('scoutAuditGroup'), 'Arn')));
    },
  },
  {
    breaks: 'a function that may do anything with any log',
    fires: ['LOG-1'],
    edit: (draft) => {
      draft.statements('EnvironmentProviderPolicy').push(allow('logs:*', '*'));
    },
  },
  {
    breaks: 'a function that may put logs under other keys and makes no log keys',
    fires: ['LOG-1'],
    edit: (draft) => draft.remove('EnvironmentLogKeys'),
  },
  {
    breaks: 'a function that may take a log off its key, too',
    fires: ['LOG-1'],
    edit: (draft) => {
      const associate = draft
        .statements('EnvironmentProviderPolicy')
        .find(({ Sid }) => Sid === 'EncryptLogs');
      if (associate) associate.Action = ['logs:AssociateKmsKey', 'logs:DisassociateKmsKey'];
    },
  },
  {
    breaks: "an audit log that is put under another agent's key",
    fires: ['LOG-1'],
    edit: (draft) => {
      const pair = (key: string) => ({
        'Fn::Sub': `\${${draft.id('scoutAuditGroup')}} \${${draft.id(key)}.Arn}`,
      });
      draft.get('EnvironmentLogKeys').Properties.Groups = [pair('menderKey')];
    },
  },
  {
    breaks: 'a proxy box that cannot write its log',
    fires: ['LOG-1'],
    edit: (draft) => {
      const write = draft.statements(POLICY).find(({ Sid }) => Sid === 'WriteOwnLog');
      if (write) write.Action = 'logs:DescribeLogStreams';
    },
  },
  {
    breaks: 'an agent without a budget',
    fires: ['COST-1'],
    edit: (draft) => draft.remove('scoutBudget'),
  },
  {
    breaks: 'a budget that tells nobody',
    fires: ['COST-1'],
    edit: (draft) => {
      draft.get('scoutBudget').Properties.NotificationsWithSubscribers[0].Subscribers = [];
    },
  },
  {
    breaks: 'a stack without a budget',
    fires: ['COST-1'],
    edit: (draft) => draft.remove('EnvironmentBudget'),
  },
  {
    breaks: 'a host that its budget does not see',
    fires: ['COST-1'],
    edit: (draft) => {
      const { Properties } = draft.get('scoutHostInstance');
      Properties.Tags = Properties.Tags.filter((tag: { Key: string }) => tag.Key !== 'airlock:cell');
    },
  },
];
