import { STATE_ATTACHMENT_TYPE } from '../../../constructs/names';
import type { Airlock } from '../../config/model';
import { checkStateSource, parseStateSource, type StateSource } from '../../config/values/state-source';
import type { LiveStateSource } from '../preflight/live';
import { stateSourceFault } from '../preflight/state-source';
import { resourcesOf } from '../verify/check';
import type { Deployed, DeployedResult } from '../verify/deployed';

export interface RestoreInput {
  /** What `--state-from` says. */
  readonly from: string;
  readonly agent: string;
  /** Absent with `--stack`. */
  readonly airlock?: Airlock;
  readonly region: string;
  readonly deployed: () => Promise<DeployedResult>;
  readonly source: (from: StateSource) => Promise<LiveStateSource>;
}

export type RestoredState =
  | { readonly reason: 'restored'; readonly volume: string }
  | { readonly reason: 'refused'; readonly message: string };

const refused = (message: string) => ({ reason: 'refused', message }) as const;

/**
 * Whether the deployed state volume comes from that source, and what to do next when it doesn't. The template alone says where
 * a state volume comes from (CHG-1): `rebuild` changes no state volume, and needs no permission to.
 */
export async function restoredState(input: RestoreInput): Promise<RestoredState> {
  const { from: text, agent, airlock } = input;
  const wrong = checkStateSource(text);
  const from = parseStateSource(text);
  if (wrong || !from)
    return refused(`--state-from "${text}" ${wrong?.message ?? 'is no source'}: ${wrong?.fix ?? ''}`);
  const own = airlock?.agents.find(({ name }) => name === agent);
  if (!airlock || !own)
    return refused(`--state-from needs the file of ${agent}, which names the source: run it without --stack`);
  if (idOf(own.host.stateFrom) !== from.id) {
    const fault = stateSourceFault(await input.source(from), from.id, input.region, { airlock, agent: own });
    return refused(
      fault
        ? `${fault.reason}: ${fault.fix}`
        : `nothing was changed: write "stateFrom: ${text}" below host in ${own.file}, run "npm run synth" and "npx cdk deploy", and then this again`,
    );
  }
  const found = await input.deployed();
  if (found.reason !== 'found') return refused(found.message);
  const volume = stateVolumeOf(found.deployed, agent, from);
  if (volume === undefined)
    return refused(
      `${own.file} names ${text}, and the deployed stack doesn't: run "npx cdk deploy", and then this again`,
    );
  const live = await input.source({ kind: 'volume', id: volume });
  return live.kind === 'volume' && live.heldBy?.cell === `${airlock.name}/${agent}`
    ? { reason: 'restored', volume }
    : refused(
        `the state volume ${volume} is not on the agent host of ${agent}: run "npx cdk deploy", and then this again`,
      );
}

function idOf(stateFrom: string | undefined): string | undefined {
  return stateFrom === undefined ? undefined : parseStateSource(stateFrom)?.id;
}

/** The state volume, when the deployed template takes it from there. */
function stateVolumeOf(deployed: Deployed, agent: string, { kind, id }: StateSource): string | undefined {
  if (kind === 'snapshot') {
    const states = resourcesOf(deployed, 'AWS::EC2::Volume', { agent, part: 'state' });
    return states.find((each) => each.get('SnapshotId') === id)?.id;
  }
  const cell = `${deployed.stack}/${agent}`;
  const attachments = resourcesOf(deployed, STATE_ATTACHMENT_TYPE).filter(
    (each) => each.get('Cell') === cell,
  );
  return attachments.some((each) => each.get('VolumeId') === id) ? id : undefined;
}
