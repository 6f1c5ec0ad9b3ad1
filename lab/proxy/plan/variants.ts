/** iron-proxy's configuration as warden writes it: JSON. */
export interface IronProxyConfig {
  dns: Record<string, unknown>;
  proxy: Record<string, unknown>;
  transforms: { name: string; config: Record<string, unknown> }[];
  [more: string]: unknown;
}

type Edit = (config: IronProxyConfig) => void;

const transform = (config: IronProxyConfig, name: string) =>
  config.transforms.find((each) => each.name === name)?.config;

const anyHost: Edit = (config) => {
  const allowlist = transform(config, 'allowlist');
  if (allowlist !== undefined) allowlist.rules = [{ host: '*' }];
};
const everyPath: Edit = (config) => {
  for (const rule of (transform(config, 'allowlist')?.rules ?? []) as Record<string, unknown>[])
    delete rule.paths;
};
const everyMethod: Edit = (config) => {
  for (const rule of (transform(config, 'allowlist')?.rules ?? []) as Record<string, unknown>[])
    delete rule.methods;
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
  for (const secret of (transform(config, 'secrets')?.secrets ?? []) as Record<string, unknown>[]) {
    secret.rules = [{ host: '*' }];
  }
};
const optionalSecrets: Edit = (config) => {
  for (const secret of (transform(config, 'secrets')?.secrets ?? []) as {
    inject?: Record<string, unknown>;
  }[]) {
    if (secret.inject !== undefined) secret.inject.require = false;
  }
};
const noAudit: Edit = (config) => {
  config.log = { level: 'error' };
};
const secretsInFiles: Edit = (config) => {
  for (const secret of (transform(config, 'secrets')?.secrets ?? []) as { source: { name: string } }[]) {
    Object.assign(secret, { source: { type: 'file', path: secretFile(secret.source.name) } });
  }
};
const passNames: Edit = (config) => {
  config.dns.passthrough = ['*'];
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
  /** The box reads the secrets of its agent from files (`secretFile`). */
  readonly files?: true;
  /** Most file descriptors that iron-proxy may open. */
  readonly descriptors?: number;
}

const VARIANTS = {
  hosts: { what: 'a rule for every host', network: 'shipped', edits: [anyHost] },
  paths: { what: 'every rule without its paths', network: 'shipped', edits: [everyPath] },
  methods: { what: 'every rule without its methods', network: 'shipped', edits: [everyMethod] },
  headers: { what: 'every header passes', network: 'shipped', edits: [everyHeader] },
  secrets: {
    what: 'every secret goes out with every request',
    network: 'shipped',
    edits: [secretsEverywhere],
  },
  optional: { what: 'a missing secret is skipped', network: 'shipped', edits: [optionalSecrets] },
  silent: { what: 'iron-proxy logs failures only', network: 'shipped', edits: [noAudit] },
  files: {
    what: 'iron-proxy reads secrets from files of the box',
    network: 'shipped',
    edits: [secretsInFiles],
    files: true,
  },
  names: { what: "the box's resolver passes names on", network: 'shipped', edits: [passNames] },
  dial: {
    what: 'nothing is forbidden to dial, and a rule for every host',
    network: 'shipped',
    edits: [anyHost, noDenyList, plaintextOut],
  },
  plaintext: {
    what: 'plaintext and WebSockets may leave, through opened groups',
    network: 'open',
    edits: [plaintextOut, everyHeader],
  },
  'open dial': {
    what: 'opened groups, nothing is forbidden to dial, and a rule for every host',
    network: 'open',
    edits: [anyHost, noDenyList, plaintextOut],
  },
  'open groups': { what: 'the policy as it is, security groups and ACLs opened', network: 'open', edits: [] },
  relay: {
    what: 'a relay instead of iron-proxy: it ends TLS and forwards every byte',
    network: 'shipped',
    edits: [],
    relay: true,
  },
  decoder: {
    what: 'the same relay, which decodes paths once',
    network: 'shipped',
    edits: [],
    relay: 'decode',
  },
  downgrader: {
    what: 'the same relay, which writes HTTP/2 as HTTP/1.1, text by text',
    network: 'shipped',
    edits: [],
    relay: 'downgrade',
  },
  'open relay': {
    what: 'the same relay, with opened groups',
    network: 'open',
    edits: [],
    relay: true,
  },
  small: { what: 'iron-proxy with 256 file descriptors', network: 'shipped', edits: [], descriptors: 256 },
} as const satisfies Record<string, ProxyVariant>;

export type ProxyVariantId = keyof typeof VARIANTS;

/** Weakened proxy boxes: in each, some attempts must get through. */
export const PROXY_VARIANTS: Readonly<Record<ProxyVariantId, ProxyVariant>> = VARIANTS;

export function weakenConfig(text: string, id: ProxyVariantId): string {
  const config = JSON.parse(text) as IronProxyConfig;
  for (const edit of PROXY_VARIANTS[id].edits) edit(config);
  return `${JSON.stringify(config)}\n`;
}
