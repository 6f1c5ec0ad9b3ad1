import { type ProofReport, tally } from './proof/judge';
import type { Report, Table } from './proof/report';
import type { BenchRound, Figures } from './proxy/egress-bench/score';

/** Groups of proofs that are no attacks. */
export const LEGITIMATE = 'legitimate traffic';
export const RECORDS = 'records of the proxy boxes';
export const DECISIONS = 'decision cases';
export const CONTAINMENT = 'containment';
export const CHANGES = 'changed policies';
export const GRANTS = 'grants';

const NETWORK =
  'Security groups, network ACLs, routes, addresses, VPC resolver and instance metadata, with real packets, from the template alone.';

/** What ran as iron-proxy on the proxy boxes. */
export interface ProxyProgramReport {
  readonly kind: 'iron-proxy' | 'stand-in';
  readonly version: string;
  readonly origin: string;
}

/** What ran on the proxy boxes, so that nobody takes a stand-in for iron-proxy. */
export function scopeOf(program: ProxyProgramReport | undefined): string {
  if (program === undefined) {
    return `${NETWORK} The proxy boxes did NOT run: no iron-proxy ran, and no policy decision was tested.`;
  }
  const { kind, version, origin } = program;
  const from = 'with policies and secrets from an emulated Parameter Store';
  return kind === 'iron-proxy'
    ? `${NETWORK} On the proxy boxes: warden and iron-proxy ${version} (${origin}), ${from}.`
    : `${NETWORK} On the proxy boxes: warden and a STAND-IN for iron-proxy (${version}), ${from}. ` +
        `The stand-in does what is known of iron-proxy and shows nothing about iron-proxy itself: ${origin}.`;
}

export interface NetworkReport {
  /** `shipped`, or the id of a weakened copy. */
  readonly name: string;
  readonly what: string;
  readonly namespaces: number;
  readonly buildSeconds: number;
  readonly runSeconds: number;
  readonly probes: number;
}

/** Everything that one run found, as `--json` prints it. */
export interface LabReport {
  readonly format: 2;
  readonly scope: string;
  readonly started: string;
  readonly seconds: number;
  readonly template: { readonly file: string; readonly sha256: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly attacker: string;
  readonly modes: { readonly resolver: string; readonly egress: string };
  readonly machines: readonly {
    readonly title: string;
    readonly address: string;
    readonly publicAddress?: string;
  }[];
  /** Undefined: the proxy boxes did not run. */
  readonly proxyProgram?: ProxyProgramReport;
  /** Undefined: its cases were not run. */
  readonly egressBench?: readonly BenchRound[];
  readonly proofs: readonly ProofReport[];
  /** What dropped how many packets in the shipped network. */
  readonly drops: readonly { readonly by: string; readonly packets: number }[];
  /** Questions to the VPC resolver in the shipped network. */
  readonly questions: { readonly asked: number; readonly answered: number };
  readonly networks: readonly NetworkReport[];
  /** Whether this machine's own interfaces were the same before, during and after the run. */
  readonly sealed: boolean;
  readonly assumptions: readonly string[];
}

/** A run as the reporter shows it. */
export function reportOf(lab: LabReport): Report {
  const { proofs, proxyProgram, questions, sealed } = lab;
  return {
    command: 'airlock lab',
    title: 'Lab report',
    scope: lab.scope,
    started: lab.started,
    ...(proxyProgram && { proxyProgram: `${proxyProgram.kind} ${proxyProgram.version}` }),
    seconds: lab.seconds,
    proofs,
    success: successOf(lab),
    problems: sealed ? [] : ["this machine's own interfaces changed during the run"],
    facts: [
      ['template', `${lab.template.file}, sha256 ${lab.template.sha256}`],
      ['started', lab.started],
      ['attacker', `root on the ${lab.attacker}`],
      ['VPC resolver', lab.modes.resolver],
      ['internet access of the proxy boxes', lab.modes.egress],
      ['questions to the VPC resolver', `${questions.asked} seen, ${questions.answered} answered`],
      [
        "this machine's own interfaces",
        sealed ? 'the same before, during and after' : 'CHANGED during the run',
      ],
      ...(proxyProgram === undefined
        ? []
        : [['on the proxy boxes', `${proxyProgram.kind} ${proxyProgram.version}`] as const]),
      ...Object.entries(lab.versions),
      ...lab.assumptions.map((each) => ['assumed', each] as const),
    ],
    tables: tablesOf(lab),
  };
}

function successOf({ proofs, networks }: LabReport): string {
  const holding = (groups: (group: string) => boolean) =>
    tally(proofs.filter(({ group }) => groups(group))).holds;
  const others = [LEGITIMATE, RECORDS, DECISIONS, CONTAINMENT, CHANGES, GRANTS];
  const attempts = holding((group) => !others.includes(group));
  const rest = others.flatMap((each) => {
    const number = holding((group) => group === each);
    return number === 0 ? [] : [`${number} of ${each}`];
  });
  return [
    `nothing got out: ${attempts} attempts stopped, each seen to get through a weakened copy`,
    ...(rest.length > 0 ? [`also hold: ${rest.join(', ')}`] : []),
    `${networks.length} networks`,
  ].join('; ');
}

/** The four figures of each round, of the HTTP cases and of all. */
function benchTable(rounds: readonly BenchRound[]): Table {
  const shown = (figure: number | undefined) => (figure === undefined ? 'none' : figure.toFixed(2));
  const row = (round: BenchRound, of: string, { containment, falsePositiveRate, ...rest }: Figures) => [
    round.aim,
    of,
    ...[containment, falsePositiveRate, rest.detection, rest.evidence].map(shown),
    String(round.errors.length),
  ];
  return {
    title: 'agent-egress-bench',
    note: 'Its HTTP cases, at the host that each names, and inside a request that the policy allows. A low false positive rate is good.',
    head: ['aim', 'of', 'containment', 'false positive rate', 'detection', 'evidence', 'errors'],
    rows: rounds.flatMap((round) => [
      row(round, `${round.cases} HTTP cases`, round.applicable),
      row(round, 'all cases', round.full),
    ]),
  };
}

function tablesOf({ machines, networks, drops, egressBench }: LabReport): Table[] {
  return [
    ...(egressBench === undefined ? [] : [benchTable(egressBench)]),
    {
      title: 'Machines',
      head: ['machine', 'address', 'public address'],
      rows: machines.map((each) => [each.title, each.address, each.publicAddress ?? 'none']),
    },
    {
      title: 'Networks',
      head: ['network', 'what', 'namespaces', 'built in s', 'ran for s', 'probes'],
      rows: networks.map((each) =>
        [each.name, each.what, each.namespaces, each.buildSeconds, each.runSeconds, each.probes].map(String),
      ),
    },
    {
      title: 'Dropped in the shipped network',
      head: ['by', 'packets'],
      rows: drops.map(({ by, packets }) => [by, String(packets)]),
    },
  ];
}
