import { RUNTIMES } from '../../../constructs/agent-host/runtimes';
import { loadText } from '../../support/arbitrary-airlock';

export const INDEX = 'https://pypi.example.com';

/** A team whose agent has the presets that Hermes is installed with. */
export const airlock = () =>
  loadText({
    airlock: {
      name: 'airlock',
      notify: ['security@example.com'],
      network: { cidr: '10.64.0.0/20', resolvers: ['9.9.9.9'] },
      mirrors: { apt: 'https://mirror.example.com/debian', pypi: INDEX },
      budget: { monthlyUsd: 300 },
    },
    agents: [
      {
        name: 'scout',
        runtime: 'hermes',
        role: 'operator',
        owner: 'devrel@example.com',
        host: { instanceType: 't4g.large' },
        egress: [...RUNTIMES.hermes.installPresets, 'anthropic'].map((preset) => ({ preset })),
        secrets: {},
        budget: { monthlyUsd: 50 },
      },
    ],
  });
