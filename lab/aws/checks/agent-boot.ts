import { type Check, pass } from '../check';
import { waitForAgent } from '../look';

const SCRIPT = `. /etc/os-release; echo "$PRETTY_NAME"
for program in curl python3; do command -v $program >/dev/null && echo "has $program" || echo "no $program"; done
systemd-analyze 2>/dev/null | head -1`;

/** The SSH login needs keys from instance metadata, and the agent's unit starts after every other step of the boot. */
export const agentBoot: Check = {
  id: 'agent-boot',
  title: 'the agent host boots until its agent runs, and lets `admin` in through the endpoint',
  covers: ['boots', 'debian-image'],
  minutes: 25,
  needs: ['deploy'],
  run: async (trial) => {
    const host = await waitForAgent(trial);
    return pass((await trial.inside(host, SCRIPT)).trim().split('\n').join(', '));
  },
};
