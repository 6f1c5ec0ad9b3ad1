import { TAG_CELL, TAG_PART } from '../../constructs/names';
import { judge } from './check';
import { AGENT } from './configuration';
import { waitForAgent } from './look';
import type { Trial } from './trial';

/** In the agent's home, which is the state volume. */
const FILE = '/var/lib/agent/try-on-aws';

export const writeMarker = (text: string) =>
  `findmnt -n /var/lib/agent >/dev/null && echo '${text}' | sudo tee ${FILE} >/dev/null && sudo sync`;

/** The marker in the home of a booted host. */
export async function markerOf(trial: Trial, agent: string = AGENT): Promise<string> {
  const host = await waitForAgent(trial, agent);
  return (await trial.inside(host, `sudo cat ${FILE} || echo 'no marker'`)).trim();
}

/** @returns the id of the state volume that a machine has */
export async function stateVolumeOf(trial: Trial, agent: string): Promise<string> {
  const { Volumes = [] } = await trial.aws<{ Volumes?: { VolumeId: string }[] }>('ec2', 'describe-volumes', {
    Filters: [
      { Name: `tag:${TAG_CELL}`, Values: [`${trial.stack}/${agent}`] },
      { Name: `tag:${TAG_PART}`, Values: ['state'] },
      { Name: 'attachment.status', Values: ['attached'] },
    ],
  });
  const [volume] = Volumes;
  if (!volume || Volumes.length > 1)
    throw new Error(`${Volumes.length} state volumes of ${agent} are attached`);
  return volume.VolumeId;
}

/** Compares the marker on the host with the marker that the check `state` wrote. */
export async function judgeState(trial: Trial, agent: string, evidence: string) {
  const [wanted, found] = [trial.notes.get('marker'), await markerOf(trial, agent)];
  return judge(
    found === wanted,
    `${evidence}; ${found === wanted ? 'the state is there' : `state lost: ${found}`}`,
  );
}
