import { type Check, judge } from '../check';
import { AGENT } from '../configuration';

/** What can't hold for a throwaway agent: nothing stops it, nobody tried to, and its images stay unpinned on purpose. */
const EXPECTED = ['spend-limit', 'kill-switch', 'pins'];

export const preflight: Check = {
  id: 'preflight',
  title: '`airlock preflight --live` finds nothing wrong that a throwaway agent could have right',
  covers: ['preflight'],
  minutes: 10,
  needs: ['audit', 'secret', 'backup'],
  run: async (trial) => {
    const { checks = [] } = await trial.airlockJson<{ checks?: Line[] }>([
      'preflight',
      AGENT,
      '--live',
      '--template',
      trial.template,
    ]);
    const wrong = checks.filter(({ id, result }) => result === 'fail' && !EXPECTED.includes(id));
    const said = wrong.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
    return judge(checks.length > 0 && wrong.length === 0, said || `${checks.length} checks`);
  },
};

interface Line {
  readonly id: string;
  readonly result: string;
  readonly reason: string;
}
