import type { z } from 'zod';
import type { Agent, Airlock } from '../config/model';
import type { ImageSourceName } from '../pinned-versions';
import { type Aws, type AwsError, isAwsError } from './aws';
import {
  type DeployedMachine,
  deployedMachines,
  type FoundImage,
  ImageFailure,
  newestImage,
  runningImage,
} from './find-images';
import {
  IMAGES_LOCK,
  type ImageLine,
  imageLockSchema,
  type Machine,
  machineKey,
  sortLines,
} from './image-lock';
import { readLockFile, writeLockFile } from './lock-file';
import { planRelease, type ReleasePlan } from './pin-release';
import { planZone, type ZonePlan } from './pin-zone';

export interface PinImagesOptions {
  /** In the Region of the stack: image ids belong to one. */
  readonly aws: Aws;
  readonly airlock: Airlock;
  /** The configuration directory: the lock lies there. */
  readonly directory: string;
  /** Renew the lines of machines that are not deployed. @default false */
  readonly newer?: boolean;
  /** Move the Amazon Linux release that proxy boxes upgrade to. @default written once, then kept */
  readonly refresh?: boolean;
  /** Drop the lines of agents the configuration no longer has. @default false */
  readonly prune?: boolean;
  /** @default - the clock */
  readonly now?: () => Date;
}

export interface PinnedLine {
  readonly line: ImageLine;
  /** `running`: what the deployed machine was started from, so that pinning replaces nothing. */
  readonly from: 'running' | 'newest';
  /** The image id of the line it replaces. */
  readonly before?: string;
}

/** A deployed machine whose line names another image: the next deployment would replace the machine. */
export interface ImageDrift {
  readonly line: ImageLine;
  readonly running: string;
}

export type PinImagesFailure =
  | ImageFailure['reason']
  | AwsError['reason']
  | 'lock-unreadable'
  | 'lock-unwritable';

type KnownLock = z.infer<typeof imageLockSchema>;

interface Planned extends Omit<ZonePlan, 'zones'>, Omit<ReleasePlan, 'amazonLinux'> {
  /** New and renewed lines. */
  readonly pinned: readonly PinnedLine[];
  /** Lines of agents the configuration doesn't have: kept, or with `prune` dropped. */
  readonly orphaned: readonly ImageLine[];
  readonly drift: readonly ImageDrift[];
}

export type PinImagesResult =
  | ({ readonly reason: 'pinned' } & Planned)
  /** The lock file is up to date. */
  | ({ readonly reason: 'current' } & Planned)
  | { readonly reason: PinImagesFailure; readonly message: string; readonly fix: string };

const MACHINES: readonly Machine[] = ['agent-host', 'proxy-box'];

/**
 * Gives every machine a line in `images.lock.json` (CHG-1: an image id that changes replaces the instance). A deployed
 * machine is pinned to what it was started from; the line of a deployed machine is never changed, with any option.
 */
export async function pinImages(options: PinImagesOptions): Promise<PinImagesResult> {
  const { directory } = options;
  const lock = readLockFile(directory, IMAGES_LOCK, imageLockSchema);
  if (lock.reason === 'unreadable') return { ...lock, reason: 'lock-unreadable' };
  const known: KnownLock = lock.reason === 'read' ? lock.value : { version: 1, images: [] };
  try {
    const { lines, zones, amazonLinux, ...plan } = await makePlan(options, known);
    const value = { version: 1, images: sortLines(lines), zones, amazonLinux };
    const written = writeLockFile(directory, IMAGES_LOCK, value);
    if (written.reason === 'unwritable') return { ...written, reason: 'lock-unwritable' };
    return { reason: written.reason === 'written' ? 'pinned' : 'current', ...plan };
  } catch (error) {
    if (!(error instanceof ImageFailure) && !isAwsError(error)) throw error;
    return { reason: error.reason, message: error.message, fix: error.fix };
  }
}

async function makePlan(options: PinImagesOptions, lock: KnownLock) {
  const { aws } = options;
  const { region } = aws;
  const lines = lock.images;
  const { agents, name: stack } = options.airlock;
  const machines = await deployedMachines(aws, stack);
  const running = byMachine(machines, region);
  const newest = once((source: ImageSourceName) => newestImage(aws, source));
  const day = (options.now?.() ?? new Date()).toISOString().slice(0, 10);

  const result = new Map(lines.map((line) => [machineKey(line), line]));
  const pinned: PinnedLine[] = [];
  const drift: ImageDrift[] = [];
  for (const { agent, machine } of agents.flatMap((agent) =>
    MACHINES.map((machine) => ({ agent, machine })),
  )) {
    const key = machineKey({ agent: agent.name, machine, region });
    const line = result.get(key);
    const found = running.get(key);
    // `host.os` names another system, so the host is replaced anyway and needs an image of that system.
    const isOtherSystem = machine === 'agent-host' && found?.os !== undefined && found.os !== agent.host.os;
    const deployed = isOtherSystem ? undefined : found;
    if (line && deployed && line.imageId !== deployed.imageId)
      drift.push({ line, running: deployed.imageId });
    if (line && (deployed || !(options.newer || isOtherSystem))) continue;
    const image = deployed
      ? await runningImage(aws, deployed.imageId)
      : await newest(sourceOf(agent, machine));
    if (image.imageId === line?.imageId) continue;
    const next: ImageLine = { agent: agent.name, machine, region, ...image, pinned: day };
    result.set(key, next);
    pinned.push({ line: next, from: deployed ? 'running' : 'newest', before: line?.imageId });
  }
  const known = new Set(agents.map(({ name }) => name));
  const orphaned = sortLines(lines).filter(({ agent }) => !known.has(agent));
  const kept = [...result.values()].filter((line) => !options.prune || known.has(line.agent));
  return {
    lines: kept,
    pinned,
    orphaned,
    drift,
    ...(await planZone(aws, options.airlock, machines, lock.zones ?? [])),
    ...(await planRelease(lock.amazonLinux?.release, options.refresh, () => newest('amazon-linux-2023'))),
  };
}

/** Asks once for each source, however many machines boot from it. */
function once(find: (source: ImageSourceName) => Promise<FoundImage>): typeof find {
  const asked = new Map<ImageSourceName, Promise<FoundImage>>();
  return (source) => {
    const found = asked.get(source) ?? find(source);
    asked.set(source, found);
    return found;
  };
}

function sourceOf(agent: Agent, machine: Machine): ImageSourceName {
  return machine === 'proxy-box' ? 'amazon-linux-2023' : agent.host.os;
}

function byMachine(machines: readonly DeployedMachine[], region: string): Map<string, DeployedMachine> {
  const found = new Map<string, DeployedMachine>();
  for (const machine of machines) {
    const key = machineKey({ ...machine, region });
    const other = found.get(key);
    if (other && other.imageId !== machine.imageId) {
      const both = [other, machine]
        .map(({ instanceId, imageId }) => `${instanceId} (${imageId})`)
        .join(' and ');
      throw new ImageFailure(
        'ambiguous',
        `agent "${machine.agent}" has two machines tagged ${machine.machine}: ${both}`,
        'terminate the one that does not belong to the stack, or take its airlock: tags off',
      );
    }
    found.set(key, machine);
  }
  return found;
}
