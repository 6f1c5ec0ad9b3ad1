import { INTERNET, LAB_REGION } from '../../network/plan/addresses';
import { type Cell, hostsOf, type InternetRole, repositoriesOf, type Seed, type ServedFile } from './cells';
import { forTheLab, parsePolicy } from './policy';
import { ATTACKER } from './target';

const AWS_HOSTS = [`ssm.${LAB_REGION}.amazonaws.com`, `kms.${LAB_REGION}.amazonaws.com`];
/** No address in `INTERNET` is in this range. */
const [FIRST_HOST, HOSTS] = [60, 130];

/** iron-proxy or the stand-in, packed as a release. */
export interface Release {
  readonly version: string;
  /** Of the archive. */
  readonly sha256: string;
  /** Path of the archive. */
  readonly file: string;
  readonly url: string;
}

export interface InternetPlan {
  readonly cells: readonly Cell[];
  readonly release: Release;
  /** Values of secrets by the names of their parameters. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly moto: string;
  readonly dnsmasq: string;
  readonly scratch: string;
  /** SHA-256 in lower-case hex. */
  readonly sha256: (text: string) => string;
  /** Further names that must resolve, and addresses to serve: those of decision cases. */
  readonly names?: readonly string[];
  /** Further files that its hosts serve. */
  readonly files?: readonly ServedFile[];
}

/** The internet for a template's lab: every host that a policy names, AWS's endpoints, an attacker. */
export function internetRole(plan: InternetPlan): InternetRole {
  const { cells, release, secrets, moto, dnsmasq, scratch, names = [], files = [] } = plan;
  const from = new URL(release.url);
  const named = [...new Set([...cells.flatMap(hostsOf), from.hostname, ...AWS_HOSTS, ...names])].sort();
  const hosts = Object.fromEntries(
    named.map((name, index) => [
      name,
      /^[\d.]+$/.test(name) ? name : `203.0.113.${FIRST_HOST + (index % HOSTS)}`,
    ]),
  );
  return {
    region: LAB_REGION,
    hosts: { ...hosts, [ATTACKER]: INTERNET.attacker },
    awsHosts: AWS_HOSTS,
    resolver: INTERNET.publicResolver,
    seeds: cells.map((cell) => seedOf(cell, plan)),
    secrets,
    placeholders: Object.fromEntries(cells.flatMap(placeholdersOf)),
    files: [{ host: from.hostname, path: from.pathname, file: release.file }, ...files],
    npm: cells.flatMap(mirrorsOf),
    repositories: [...new Set(cells.flatMap(repositoriesOf))],
    moto,
    dnsmasq,
    scratch,
  };
}

function seedOf(cell: Cell, { release, secrets, sha256 }: InternetPlan): Seed {
  const texts = Object.fromEntries(cell.parts.map(({ name, text }) => [name, forTheLab(text)]));
  const manifest = {
    ...cell.manifest,
    policy: {
      parameters: cell.manifest.policy.parameters,
      sha256: sha256(forTheLab(cell.policy)),
    },
    ironProxy: { version: release.version, url: release.url, sha256: release.sha256 },
  };
  return {
    agent: cell.agent,
    secrets: Object.fromEntries(cell.parameters.map((name) => [name, secrets[name]])),
    ca: cell.manifest.ca,
    texts: { ...texts, [cell.boxParameter]: JSON.stringify(manifest) },
  };
}

function placeholdersOf({ policy }: Cell): [parameter: string, placeholder: string][] {
  return parsePolicy(policy).secrets.flatMap(({ parameter, placeholder }) =>
    placeholder === undefined ? [] : [[parameter, placeholder]],
  );
}

/** npm mirrors of a policy: hosts named `npm.*` with a rule for a whole tree. */
function mirrorsOf(cell: Cell): { host: string; path: string }[] {
  return parsePolicy(cell.policy).allow.flatMap(({ host, paths = [] }) => {
    const [tree] = paths.filter((path) => path.endsWith('/*'));
    return host.startsWith('npm.') && tree !== undefined ? [{ host, path: tree.slice(0, -2) }] : [];
  });
}
