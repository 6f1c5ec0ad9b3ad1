import type { Image } from '@aws-sdk/client-ec2';
import {
  AMAZON_LINUX_RELEASE,
  ROOT_DEVICE,
  TAG_AGENT,
  TAG_OS,
  TAG_PART,
  TAG_STACK,
} from '../../constructs/names';
import { IMAGE_SOURCES, type ImageSource, type ImageSourceName } from '../pinned-versions';
import type { Aws } from './aws';
import { instancesOf, NOT_TERMINATED, tagFilters, tagOf } from './ec2-tags';
import type { Machine } from './image-lock';

export interface FoundImage {
  readonly imageId: string;
  readonly name?: string;
  /** Day on which it was made, as YYYY-MM-DD. */
  readonly created?: string;
}

/** A machine that exists, and the image it was started from. */
export interface DeployedMachine {
  readonly agent: string;
  readonly machine: Machine;
  readonly imageId: string;
  readonly instanceId: string;
  readonly zone?: string;
  /** The operating system it was made with, of an agent host. */
  readonly os?: string;
}

/** An error with its remedy; the caller turns it into a result. */
export class ImageFailure extends Error {
  constructor(
    readonly reason: 'image-refused' | 'ambiguous' | 'no-zone',
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** Every machine of a stack that isn't terminated, found by the kit's own tags. */
export async function deployedMachines(aws: Aws, stack: string): Promise<DeployedMachine[]> {
  const instances = await instancesOf(aws, [
    ...tagFilters({ [TAG_STACK]: stack }),
    { Name: `tag:${TAG_PART}`, Values: ['agent-host', 'proxy-box'] },
    NOT_TERMINATED,
  ]);
  return instances.flatMap(({ ImageId: imageId, InstanceId: instanceId = '', Placement, Tags }) => {
    const [agent, machine] = [tagOf(Tags, TAG_AGENT), tagOf(Tags, TAG_PART)];
    if (!agent || !imageId || (machine !== 'agent-host' && machine !== 'proxy-box')) return [];
    return [
      { agent, machine, imageId, instanceId, zone: Placement?.AvailabilityZone, os: tagOf(Tags, TAG_OS) },
    ];
  });
}

/** The newest image of a source: what its public parameter names, after its owner, name and architecture are checked. */
export async function newestImage(aws: Aws, source: ImageSourceName): Promise<FoundImage> {
  const { parameter, owner } = IMAGE_SOURCES[source];
  const isMissing = ({ name }: Error) => name === 'ParameterNotFound';
  const found = await aws.find('ssm:GetParameter', { Name: parameter }, isMissing);
  if (!found) throw refused(`${aws.region} has no public parameter ${parameter}`);
  const imageId = found.Parameter?.Value ?? '';
  if (!/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId))
    throw refused(`the public parameter ${parameter} holds no image id`);
  const image = await imageOf(aws, imageId);
  if (!image) throw refused(`image ${imageId} of ${source} does not exist in ${aws.region}`);
  const fault = faultOf(image, owner);
  if (fault) throw refused(`image ${imageId} of ${source} ${fault}`);
  return { imageId, ...factsOf(image) };
}

/** The image that a machine was started from; only its id, if the owner has withdrawn the image. */
export async function runningImage(aws: Aws, imageId: string): Promise<FoundImage> {
  return { imageId, ...factsOf(await imageOf(aws, imageId)) };
}

async function imageOf(aws: Aws, imageId: string): Promise<Image | undefined> {
  const isGone = ({ name }: Error) => /^InvalidAMIID\.(NotFound|Unavailable)$/.test(name);
  const found = await aws.find('ec2:DescribeImages', { ImageIds: [imageId] }, isGone);
  return found?.Images?.find(({ ImageId }) => ImageId === imageId);
}

function factsOf(image: Image | undefined): Omit<FoundImage, 'imageId'> {
  const created = /^\d{4}-\d\d-\d\d/.exec(image?.CreationDate ?? '')?.[0];
  return { ...(image?.Name && { name: image.Name }), ...(created && { created }) };
}

/**
 * The release that an image of Amazon Linux holds: its name says so, and a machine started from it is locked to it.
 *
 * @throws an `ImageFailure` when the name is another one
 */
export function releaseOf({ imageId, name = '' }: FoundImage): string {
  const release = /^al2023-ami-([0-9.]+)\.[0-9]+-kernel-[0-9.]+-arm64$/.exec(name)?.[1];
  if (release && AMAZON_LINUX_RELEASE.test(release)) return release;
  throw refused(`image ${imageId} is called "${name}", which names no release of Amazon Linux 2023`);
}

function faultOf(image: Image, owner: ImageSource['owner']): string | undefined {
  if (image.Architecture !== 'arm64') return `is for ${image.Architecture}, not for arm64`;
  if (image.State !== 'available') return `is ${image.State}, not available`;
  // The size and the encryption of the root volume are given under this name.
  if (image.RootDeviceType !== 'ebs' || image.RootDeviceName !== ROOT_DEVICE) {
    const root = `${image.RootDeviceName ?? 'nothing'} (${image.RootDeviceType ?? 'of no type'})`;
    return `has its root on ${root}, not on ${ROOT_DEVICE} (ebs)`;
  }
  if ('account' in owner && image.OwnerId !== owner.account) {
    return `belongs to ${image.OwnerId}, not to ${owner.account}`;
  }
  if ('alias' in owner && image.ImageOwnerAlias !== owner.alias) {
    return `belongs to ${image.ImageOwnerAlias ?? image.OwnerId}, not to ${owner.alias}`;
  }
  return undefined;
}

function refused(message: string): ImageFailure {
  const fix = 'choose another Region or operating system, or write the line into the lock file by hand';
  return new ImageFailure('image-refused', message, fix);
}
