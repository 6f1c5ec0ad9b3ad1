import { parseStateSource } from '../../config/values/state-source';
import { fail, notApplicable, type PreflightCheck, pass, type Subject } from './check';
import type { LiveKey, LiveStateSource } from './live';

type Fault = ReturnType<typeof fail>;

/** Whether the account has what `host.stateFrom` names. */
export const stateSource: PreflightCheck = {
  id: 'state-source',
  title: 'what its state volume comes from is there and can be opened',
  run: async ({ airlock, agent, live }) => {
    const from = agent.host.stateFrom === undefined ? undefined : parseStateSource(agent.host.stateFrom);
    if (!from) return pass('its state volume began blank, and nothing else is needed');
    if (!live) return notApplicable('only the account knows: run it with --live');
    const found = await live.stateSource(from);
    const subject = { airlock, agent };
    return (
      stateSourceFault(found, from.id, live.region, subject) ?? pass(`${from.id} is there and can be opened`)
    );
  },
};

/** Why it can't become the state volume of the agent; undefined when it can. */
export function stateSourceFault(
  found: LiveStateSource,
  id: string,
  region: string,
  subject: Pick<Subject, 'airlock' | 'agent'>,
): Fault | undefined {
  switch (found.kind) {
    case 'missing':
      return fail(
        `${id} is not in ${region}`,
        '`npx airlock retained` lists what is there; copy it here if it is in another Region',
      );
    case 'foreign':
      return fail(
        `${id} belongs to account ${found.owner}`,
        `copy it into this account (\`aws ec2 copy-snapshot --source-snapshot-id ${id} --source-region ${region}\`), and name the copy`,
      );
    case 'volume':
      return ofVolume(found, id, subject) ?? ofKey(found.key, id);
    case 'snapshot':
      return ofSnapshot(found, id, subject) ?? ofKey(found.key, id);
  }
}

function ofVolume(
  { state, zone, heldBy, cell, isState }: Extract<LiveStateSource, { kind: 'volume' }>,
  id: string,
  { airlock, agent }: Pick<Subject, 'airlock' | 'agent'>,
): Fault | undefined {
  const own = `${airlock.name}/${agent.name}`;
  if (airlock.env.zone !== undefined && zone !== airlock.env.zone) {
    return fail(
      `${id} is in ${zone}, and the stack in ${airlock.env.zone}`,
      `make a snapshot of it (\`aws ec2 create-snapshot --volume-id ${id}\`), and name that`,
    );
  }
  if (heldBy && heldBy.cell !== own) {
    return fail(
      `${id} is attached to ${heldBy.id}, which is not ${agent.name}'s host`,
      `stop that machine and detach the volume (\`aws ec2 detach-volume --volume-id ${id}\`), or name a snapshot of it`,
    );
  }
  if (cell !== own || !isState) {
    return fail(
      `${id} does not carry the tags of ${own}${cell === undefined ? '' : ` but those of ${cell}`}`,
      'give it the four tags of docs/RESTORE.md, if it is meant for this agent',
    );
  }
  if (!heldBy && state !== 'available')
    return fail(`${id} is in state ${state}`, 'wait until it is available');
  return undefined;
}

function ofSnapshot(
  { state, sizeGiB }: Extract<LiveStateSource, { kind: 'snapshot' }>,
  id: string,
  { agent }: Pick<Subject, 'agent'>,
): Fault | undefined {
  if (state !== 'completed') {
    return fail(
      `${id} is in state ${state}`,
      state === 'pending' ? `wait: \`aws ec2 wait snapshot-completed --snapshot-ids ${id}\`` : 'name another',
    );
  }
  return sizeGiB > agent.host.stateGiB
    ? fail(
        `${id} is of a volume of ${sizeGiB} GiB, larger than stateGiB: ${agent.host.stateGiB}`,
        `write stateGiB: ${sizeGiB} in ${agent.file}`,
      )
    : undefined;
}

function ofKey(key: LiveKey | undefined, id: string): Fault | undefined {
  if (key === undefined || key.state === 'Enabled') return undefined;
  if (key.state === 'foreign') {
    return fail(
      `${id} is encrypted with ${key.arn}, a key of another account`,
      'copy the snapshot under a key of this account (`aws ec2 copy-snapshot --encrypted --kms-key-id …`), and name the copy',
    );
  }
  const cancel =
    key.state === 'PendingDeletion' ? `aws kms cancel-key-deletion --key-id ${key.arn}, then ` : '';
  return fail(
    `${id} is encrypted with ${key.arn}, which is ${key.state}`,
    `make the key usable (${cancel}aws kms enable-key --key-id ${key.arn}); without it the data is lost`,
  );
}
