import type { AttemptReport, ControlReport, Verdict } from '../verdict';

const NETWORK =
  'Security groups, network ACLs, routes, addresses, VPC resolver and instance metadata, with real packets, from the template alone.';

/** What played the doors. */
export interface DoorReport {
  readonly kind: 'iron-proxy' | 'stand-in';
  readonly version: string;
  readonly origin: string;
}

/** What no reader may overlook: what stood behind the doors. */
export function scopeOf(door: DoorReport | undefined): string {
  if (door === undefined) {
    return `${NETWORK} The doors were NOT played: no iron-proxy ran, and no policy decision was tested.`;
  }
  if (door.kind === 'iron-proxy') {
    return `${NETWORK} The doors: warden and iron-proxy ${door.version} (${door.origin}), with policies and secrets from an emulated Parameter Store.`;
  }
  return (
    `${NETWORK} The doors: warden, and a STAND-IN for iron-proxy (${door.version}), with policies and secrets from an ` +
    'emulated Parameter Store. The stand-in does what is known of iron-proxy and shows nothing about iron-proxy itself: ' +
    `${door.origin}.`
  );
}

/** A case of test/fixtures/decisions.yaml, put to the door. */
export interface DecisionReport {
  readonly id: string;
  readonly group: string;
  /** `open`: the fixture itself says that releases may differ. */
  readonly verdict: 'agrees' | 'disagrees' | 'open';
  readonly saw: string;
}

export interface NetworkReport {
  /** `shipped`, or the variant's id. */
  readonly name: string;
  readonly what: string;
  readonly namespaces: number;
  readonly buildSeconds: number;
  readonly playSeconds: number;
  readonly probes: number;
}

/** Everything one run found. */
export interface LabReport {
  readonly format: 1;
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
  readonly attempts: readonly AttemptReport[];
  readonly controls: readonly ControlReport[];
  /** Undefined: the doors were not played. */
  readonly door?: DoorReport;
  readonly decisions: readonly DecisionReport[];
  /** What dropped how many packets in the shipped network. */
  readonly drops: readonly { readonly by: string; readonly packets: number }[];
  /** Questions to the VPC resolver in the shipped network. */
  readonly questions: { readonly asked: number; readonly answered: number };
  readonly networks: readonly NetworkReport[];
  /** Whether this machine's own interfaces were the same before, during and after. */
  readonly sealed: boolean;
  readonly assumptions: readonly string[];
}

export function tally(attempts: readonly AttemptReport[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    stopped: 0,
    weak: 0,
    escaped: 0,
    unproven: 0,
    broken: 0,
    'not applicable': 0,
  };
  for (const { verdict } of attempts) counts[verdict] += 1;
  return counts;
}

/** Nothing escaped, nothing is unproven, everything honest works, and the lab was sealed. */
export function isWell({ attempts, controls, decisions, sealed }: LabReport): boolean {
  const { weak, escaped, unproven, broken } = tally(attempts);
  return (
    weak + escaped + unproven + broken === 0 &&
    controls.every(({ verdict }) => verdict === 'works' || verdict === 'not applicable') &&
    decisions.every(({ verdict }) => verdict !== 'disagrees') &&
    sealed
  );
}
