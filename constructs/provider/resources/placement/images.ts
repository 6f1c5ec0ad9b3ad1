import type { Instance } from '@aws-sdk/client-ec2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { IMAGES_TYPE, TAG_CELL, TAG_OS, TAG_PART } from '../../../names';
import type { CustomResource } from '../../function/custom-resource';
import { record, text } from '../../function/properties';
import { Refusal } from '../../function/refusal';
import { ask, machinesTagged } from './ask';

export interface ImagesProperties {
  /** `<stack>/<agent>`. */
  readonly Cell: string;
  /** What the agent host's tag `airlock:os` says. */
  readonly Os: string;
  /** Public parameter that holds the id of the newest image. @default the agent host is pinned */
  readonly HostParameter?: string;
  /** @default the proxy box is pinned */
  readonly BoxParameter?: string;
}

const IMAGE_ID = /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const PUBLIC_PARAMETER = /^\/aws\/service(?:\/[A-Za-z0-9_.-]+){2,10}$/;

/**
 * The images of one agent's machines that nobody pinned: the newest when the agent is created, and the same afterwards. The
 * physical id stores them, one `<parameter>=<image>` for each, so that rolling a failed deployment back finds the images of
 * the last one. A running machine keeps its image when its pin is removed.
 */
export const images: CustomResource<ImagesProperties> = {
  type: IMAGES_TYPE,
  read(from) {
    const properties = record(from);
    const parameter = (name: string) =>
      properties[name] === undefined
        ? undefined
        : text(properties, name, PUBLIC_PARAMETER, 'a public parameter');
    return {
      Cell: text(properties, 'Cell', /^[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/, '"<stack>/<agent>"'),
      Os: text(properties, 'Os', /^[a-z0-9.-]{1,40}$/, 'an operating system'),
      HostParameter: parameter('HostParameter'),
      BoxParameter: parameter('BoxParameter'),
    };
  },
  physicalId: ({ Cell }) => Cell,

  async ensure({ properties, before, physicalId = '', signal }, { ec2, ssm }) {
    const { HostParameter, BoxParameter, Cell, Os } = properties;
    const known = parse(physicalId);
    const imageOf = async (parameter: string, isMachine: (machine: Instance) => boolean): Promise<string> => {
      const remembered = known.get(parameter);
      if (remembered) return remembered;
      const machines = await machinesTagged(ec2(), TAG_CELL, Cell, signal);
      return machines.find(isMachine)?.ImageId ?? newest(ssm(), parameter, signal);
    };
    const isHost = (machine: Instance) =>
      tagOf(machine, TAG_PART) === 'agent-host' && tagOf(machine, TAG_OS) === Os;
    const isBox = (machine: Instance) => tagOf(machine, TAG_PART) === 'proxy-box';
    const host = HostParameter && (await imageOf(HostParameter, isHost));
    const box = BoxParameter && (await imageOf(BoxParameter, isBox));
    const kept = [before?.HostParameter, before?.BoxParameter].map((each) => [each, known.get(each ?? '')]);
    const all = [...kept, [HostParameter, host], [BoxParameter, box]].filter((pair) => pair.every(Boolean));
    return {
      physicalId: [...new Set(all.map((pair) => pair.join('=')))].sort().join(',') || Cell,
      data: { ...(host && { AgentHost: host }), ...(box && { ProxyBox: box }) },
      reason: `agent host ${host ?? 'pinned'}, proxy box ${box ?? 'pinned'}`,
    };
  },

  remove: async () => ({ reason: 'nothing was made' }),
};

function parse(physicalId: string): Map<string, string> {
  const pairs = physicalId.split(',').map((pair) => pair.split('='));
  return new Map(
    pairs.flatMap(([parameter = '', image = '']) =>
      PUBLIC_PARAMETER.test(parameter) && IMAGE_ID.test(image) ? [[parameter, image] as const] : [],
    ),
  );
}

async function newest(ssm: Pick<SSMClient, 'send'>, Name: string, abortSignal: AbortSignal): Promise<string> {
  const command = new GetParameterCommand({ Name });
  const { Parameter } = await ask('ssm:GetParameter', Name, () => ssm.send(command, { abortSignal }));
  const image = Parameter?.Value ?? '';
  if (IMAGE_ID.test(image)) return image;
  throw new Refusal(`the public parameter "${Name}" holds no image id: pin the images, then deploy again`);
}

function tagOf({ Tags = [] }: Instance, key: string): string | undefined {
  return Tags.find(({ Key }) => Key === key)?.Value;
}
