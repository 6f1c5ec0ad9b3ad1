import type { PinnedImage, PinnedRelease } from '../config/model';

/** Everything a part of the configuration says, as text by its path: `host.instanceType` to `t4g.large`. */
export function settingsOf(part: object): Record<string, string> {
  const { ironProxy, ...rest } = part as { ironProxy?: PinnedRelease };
  const settings: Record<string, string> = ironProxy
    ? { 'iron-proxy': `${ironProxy.version} from ${ironProxy.url}, sha256 ${ironProxy.sha256}` }
    : {};
  flatten(rest, '', settings);
  return settings;
}

/** The pinned images of one agent's machines. */
export function imagesOf(images: readonly PinnedImage[], agent: string): Record<string, string> {
  return Object.fromEntries(
    images
      .filter((image) => image.agent === agent)
      .map(({ machine, region, imageId }) => [`image of the ${machine} in ${region}`, imageId]),
  );
}

function flatten(value: unknown, path: string, into: Record<string, string>): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return;
  if (Array.isArray(value)) into[path] = value.map(textOf).join(', ');
  else if (typeof value !== 'object' || value === null) into[path] = String(value);
  else
    for (const [key, each] of Object.entries(value))
      flatten(each, path === '' ? key : `${path}.${key}`, into);
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const REPLACED = 'the machine is replaced, and its state volume moves';
const RESTARTED = 'the agent host stops and starts';

/** What a changed setting does to what is deployed (docs/CONFIGURATION.md, "What an edit does"). */
const EFFECTS: readonly [setting: RegExp, effect: string][] = [
  [/^(name|env\.account|env\.region)$/, 'another stack is made, and this one stays'],
  [/^env\.zone$/, 'refused while machines are in another zone'],
  [/^network\.(cidr|ipamPool|vpc)$/, 'the VPC and all machines are replaced, and the state volumes move'],
  [/^(host\.os|host\.rootGiB|image of the (agent-host|proxy-box) in .*)$/, REPLACED],
  [/^(host|proxy)\.instanceType$/, 'that machine stops and starts'],
  [/^host\.stateFrom$/, 'another state volume takes the place of the old one'],
  [
    /^(runtime|model|mcpServers|skills|transcripts|custom|host\.root$|host\.limits|mirrors|updates)/,
    RESTARTED,
  ],
];

export function effectOf(setting: string): string | undefined {
  return EFFECTS.find(([pattern]) => pattern.test(setting))?.[1];
}
