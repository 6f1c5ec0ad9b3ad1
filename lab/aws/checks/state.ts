import { randomBytes } from 'node:crypto';
import { type Check, pass } from '../check';
import { AGENT } from '../configuration';
import { machineOf } from '../look';
import { judgeState, writeMarker } from '../state';

export const state: Check = {
  id: 'state',
  title: "the agent's home is the state volume, and holds a marker for the checks after this one",
  covers: [],
  minutes: 5,
  needs: ['agent-boot'],
  run: async (trial) => {
    const marker = `written-${randomBytes(8).toString('hex')}`;
    trial.notes.set('marker', marker);
    await trial.inside(await machineOf(trial, 'agent-host'), writeMarker(marker));
    const seen = await judgeState(trial, AGENT, marker);
    return seen.status === 'pass' ? pass(marker) : seen;
  },
};
