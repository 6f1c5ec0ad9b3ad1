import type { Mutation } from '../mutation';

export const USER_DATA_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'a logical id made from user data',
    fires: ['CHG-1'],
    edit: (draft) => {
      const id = draft.id('scoutProxyInstance');
      const text = JSON.stringify(draft.template).replaceAll(id, `${id}a1b2c3d4e5f60718`);
      Object.assign(draft.template, JSON.parse(text));
    },
  },
  {
    breaks: "a digest in the proxy box's user data",
    fires: ['CHG-1'],
    edit: (draft) => {
      const { UserData } = draft.get('scoutProxyInstance').Properties;
      UserData['Fn::Base64'] += `# ${'0123456789abcdef'.repeat(4)}\n`;
    },
  },
];
