import { HTTP_LISTEN } from '../../../lib/policy/document/facts';

/** iron-proxy's configuration as warden writes it: JSON. */
export interface IronProxyConfig {
  proxy: Record<string, unknown>;
  transforms: { name: string; config: Record<string, unknown> }[];
  [more: string]: unknown;
}

type Edit = (config: IronProxyConfig) => void;

type Item = Record<string, unknown>;

const transform = (config: IronProxyConfig, name: string) =>
  config.transforms.find((each) => each.name === name)?.config;
const items = (config: IronProxyConfig, name: string, list: string) =>
  (transform(config, name)?.[list] ?? []) as Item[];

const anyHost: Edit = (config) => {
  const allowlist = transform(config, 'allowlist');
  if (allowlist !== undefined) allowlist.rules = [{ host: '*' }];
};
const without =
  (field: 'paths' | 'methods'): Edit =>
  (config) => {
    for (const rule of items(config, 'allowlist', 'rules')) delete rule[field];
  };
const noDenyList: Edit = (config) => {
  // An empty list would bring back the default.
  config.proxy.upstream_deny_cidrs = ['255.255.255.255/32'];
};
const plaintextOut: Edit = (config) => {
  delete config.proxy.upstream_proxy;
};
const everyHeader: Edit = (config) => {
  config.transforms = config.transforms.filter(({ name }) => name !== 'header_allowlist');
};
const secretsEverywhere: Edit = (config) => {
  for (const secret of items(config, 'secrets', 'secrets')) {
    secret.rules = [{ host: '*' }];
    // An empty list is every header.
    if (secret.replace !== undefined)
      Object.assign(secret.replace as Item, { match_headers: [], match_query: true, require: false });
  }
};
const optionalSecrets: Edit = (config) => {
  for (const { inject, replace } of items(config, 'secrets', 'secrets')) {
    for (const place of [inject, replace]) if (place !== undefined) (place as Item).require = false;
  }
};
const noRecords: Edit = (config) => {
  config.transforms = config.transforms.filter(({ name }) => name !== 'grpc');
  config.log = { level: 'error' };
};
const secretsInFiles: Edit = (config) => {
  for (const secret of items(config, 'secrets', 'secrets')) {
    secret.source = { type: 'file', path: secretFile((secret.source as { name: string }).name) };
  }
};

/** The file of a secret, on a box that reads secrets from files. */
export function secretFile(parameter: string): string {
  return `/etc/iron-proxy/secret-${parameter.replaceAll('/', '-')}`;
}

/** A proxy box with one thing taken away. */
export interface ProxyVariant {
  readonly what: string;
  /** `open`: security groups and network ACLs are open, too. */
  readonly network: 'shipped' | 'open';
  readonly edits: readonly Edit[];
  /**
   * A relay runs instead of iron-proxy and checks nothing. `decode`: it decodes paths once. `downgrade`: it writes HTTP/2
   * as HTTP/1.1.
   */
  readonly relay?: true | 'decode' | 'downgrade';
  /** Whether iron-proxy still asks the gate. @default no: the gate refuses what a weakened policy lets pass */
  readonly gate?: true;
  /** Edits the front's configuration. */
  readonly front?: (config: string) => string;
  /** Edits the DNS server's, and the limits of bytes. */
  readonly dns?: (config: string) => string;
  readonly quota?: (config: string) => string;
  /** The box reads the secrets of its agent from files (`secretFile`). */
  readonly files?: true;
  /** The gate knows no canaries. */
  readonly canaries?: false;
  /** Most file descriptors that iron-proxy may open. */
  readonly descriptors?: number;
}

/** What arrives on port 80 goes to iron-proxy as it is. */
const plaintextIn = (config: string) =>
  config.replace(
    /^frontend plaintext[\s\S]*/m,
    `frontend plaintext
  mode tcp
  bind :80
  default_backend iron_http
backend iron_http
  mode tcp
  server a ${HTTP_LISTEN}\n`,
  );
/** Few places, each held for as long as a client likes. */
const fewPlaces = (config: string) =>
  config.replace(/maxconn \d+/g, 'maxconn 60').replace(/inspect-delay \d+s/, 'inspect-delay 10m');

const edited = (what: string, ...edits: readonly Edit[]): ProxyVariant => ({
  what,
  network: 'shipped',
  edits,
});

const VARIANTS = {
  hosts: edited('a rule for every host', anyHost),
  paths: edited('every rule without its paths', without('paths')),
  methods: edited('every rule without its methods', without('methods')),
  headers: edited('every header passes', everyHeader),
  secrets: edited('every secret goes out with every request', secretsEverywhere),
  optional: edited('a missing secret is skipped', optionalSecrets),
  silent: edited('iron-proxy logs failures only, and asks no gate', noRecords),
  unseen: {
    ...edited('the front logs nothing'),
    gate: true,
    front: (config) => config.replace(/^ *log global\n/m, ''),
  },
  unframed: {
    ...edited("the front writes the agent host's journal as it comes, without limits"),
    gate: true,
    front: (config) =>
      config
        .replace('req.body,base64', 'req.body')
        .replace(/^ *http-request (set-log-level silent|return status \d+) if (many|large).*\n/gm, ''),
  },
  files: {
    ...edited(
      'iron-proxy reads secrets from files of the box, and a copy of its key lies there',
      secretsInFiles,
    ),
    files: true,
  },
  canaries: { ...edited('the gate knows no canaries'), gate: true, canaries: false },
  names: {
    ...edited("the box's DNS server asks the box's resolvers"),
    dns: (config) => config.replace(/^(no-resolv|address=.*|local=.*)\n/gm, ''),
  },
  unlimited: {
    ...edited('the front has no limit of bytes'),
    quota: (config) => config.replace(/^table inet airlock \{[\s\S]*/m, ''),
  },
  dial: {
    ...edited(
      'port 80 leads on, no address is denied, and a rule for every host',
      anyHost,
      noDenyList,
      plaintextOut,
    ),
    front: plaintextIn,
  },
  plaintext: {
    ...edited(
      'port 80 leads on, and plaintext and WebSockets may leave, through opened groups',
      plaintextOut,
      everyHeader,
    ),
    network: 'open',
    front: plaintextIn,
  },
  'open dial': {
    ...edited(
      'opened groups, port 80 leads on, no address is denied, and a rule for every host',
      anyHost,
      noDenyList,
      plaintextOut,
    ),
    network: 'open',
    front: plaintextIn,
  },
  'open groups': { ...edited('the policy as it is, security groups and ACLs opened'), network: 'open' },
  relay: { ...edited('a relay instead of iron-proxy: it ends TLS and forwards every byte'), relay: true },
  decoder: { ...edited('the same relay, which decodes paths once'), relay: 'decode' },
  downgrader: {
    ...edited('the same relay, which writes HTTP/2 as HTTP/1.1, text by text'),
    relay: 'downgrade',
  },
  'open relay': { ...edited('the same relay, with opened groups'), network: 'open', relay: true },
  small: {
    ...edited(
      'a front with 60 places and no limit of time or rate, and iron-proxy with 256 file descriptors',
    ),
    descriptors: 256,
    front: fewPlaces,
  },
} as const satisfies Record<string, ProxyVariant>;

export type ProxyVariantId = keyof typeof VARIANTS;

/** Weakened proxy boxes: in each, some attempts must get through. */
export const PROXY_VARIANTS: Readonly<Record<ProxyVariantId, ProxyVariant>> = VARIANTS;

/** The policy without the gate: iron-proxy's own rules decide alone. */
export function withoutGate<T extends { readonly transforms: readonly { readonly name: string }[] }>(
  config: T,
): T {
  return { ...config, transforms: config.transforms.filter(({ name }) => name !== 'grpc') };
}

export function weakenConfig(text: string, id: ProxyVariantId): string {
  const { gate, edits } = PROXY_VARIANTS[id];
  const parsed = JSON.parse(text) as IronProxyConfig;
  const config = gate ? parsed : withoutGate(parsed);
  for (const edit of edits) edit(config);
  return `${JSON.stringify(config)}\n`;
}
