import { alarmTexts } from '../alarm-text';
import { differences, REDEPLOY, resourcesOf, verdictOf, verifyCheck } from '../check';

export const alarms = verifyCheck({
  id: 'alarms',
  title: 'its alarms watch what was deployed, and tell the deployed topics',
  invariants: ['KILL-1', 'LOG-1'],
  scope: 'agent',
  read: (live) => live.alarms(),
  judge: (found, { deployed, agent, contained }) => {
    const wanted = resourcesOf(deployed, 'AWS::CloudWatch::Alarm', { agent });
    const live = found.filter(({ name }) => wanted.some(({ id }) => id === name));
    const faults = wanted.flatMap(({ id, get }) => {
      const alarm = live.find(({ name }) => name === id);
      if (!alarm) return [`alarm ${id} is gone`];
      // While an agent is contained, its alarm may be silenced: docs/CONTAINMENT.md.
      const isSilent = !alarm.acts && !contained;
      return [
        ...(isSilent ? [`alarm ${id} tells nobody: its actions are disabled`] : []),
        ...differences(`alarm ${id}`, alarmTexts(get), alarm.texts),
      ];
    });
    return verdictOf(
      wanted.length === 0 ? ['the deployed template has no alarm of it'] : faults,
      live.map(({ name, state }) => `${name} is ${state}`).join(', '),
      REDEPLOY,
    );
  },
});
