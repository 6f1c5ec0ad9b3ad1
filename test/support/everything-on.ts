import type { Agent, Airlock } from '../../lib/config/model';
import { pinned } from '../stack/synthesise';
import { kitAirlock } from './arbitrary-airlock';

/** A configuration with every switch on. */
export function everythingOn(agents: readonly Agent[], more: Partial<Airlock> = {}): Airlock {
  const kit = kitAirlock();
  return pinned({
    ...kit,
    audit: {
      ...kit.audit,
      retentionDays: 365,
      forwardTo: 'arn:aws:logs:us-east-1:444455556666:destination:central',
      archive: 's3',
    },
    dashboard: true,
    ...more,
    agents: agents.map((agent) => ({
      ...agent,
      canaries: true,
      scan: 'weekly',
      onAlarm: 'contain',
      spend: { model: { dailyUsd: 100, monthlyUsd: 1500 } },
      watch: { signals: { pushes: 'contain', actions: 'notify' }, limits: { 'cpu-pegged': 90 } },
      budget: { ...agent.budget, atLimit: 'contain' },
    })),
  });
}

/** So many agents like the kit's scout. */
export function scouts(count: number): Agent[] {
  const scout = kitAirlock().agents.find(({ name }) => name === 'scout') as Agent;
  return Array.from({ length: count }, (_, index) => {
    const name = `agent-${String(index).padStart(2, '0')}`;
    const secrets = scout.secrets.map((secret) => ({
      ...secret,
      parameter: secret.parameter.replace('/scout/', `/${name}/`),
    }));
    return { ...scout, name, secrets };
  });
}
