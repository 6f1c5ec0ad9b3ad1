import type { ProofReport } from '../../proof/judge';
import type { Report } from '../../proof/report';

/** One power-on or reboot. */
export interface BootReport {
  readonly name: string;
  readonly what: string;
  /** Seconds from power-on (or the order to reboot) until the agent's unit ran; undefined: it never did. */
  readonly agentUpSeconds?: number;
  /** Of these, seconds in which cloud-init waited for resolvers that can't be reached. */
  readonly resolverSeconds?: number;
  /** Of these, seconds before the rehearsal started the proxy box. */
  readonly noProxySeconds?: number;
  /** After that, seconds until the mirror served the pinned packages. */
  readonly mirrorFailingSeconds?: number;
}

/** Everything that one rehearsal found. */
export interface RehearsalReport {
  readonly format: 2;
  readonly agent: string;
  readonly os: string;
  readonly scope: string;
  readonly proxyBox: string;
  readonly runtime: string;
  readonly started: string;
  readonly seconds: number;
  readonly template: { readonly file: string; readonly sha256: string };
  readonly userDataBytes: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly boots: readonly BootReport[];
  readonly proofs: readonly ProofReport[];
}

/** What every reader of a report must know. */
export const SCOPE =
  "The agent host's actual user data, run by real cloud-init and systemd in an emulated x86-64 Debian made from Debian's " +
  "packages. Not Amazon's hardware, not Debian's own EC2 image, not arm64; and the times are those of an emulator.";

/** For the terminal, Markdown and JUnit. */
export function reportOf(report: RehearsalReport): Report {
  const { agent, proofs, boots } = report;
  const held = proofs.filter(({ verdict }) => verdict === 'holds').length;
  const cell = (seconds: number | undefined) => (seconds === undefined ? '' : String(seconds));
  return {
    command: 'airlock rehearse',
    title: `Boot rehearsal of ${agent}`,
    scope: `${report.scope} Proxy box: ${report.proxyBox}. Runtime: ${report.runtime}.`,
    started: report.started,
    proxyProgram: report.proxyBox,
    seconds: report.seconds,
    proofs,
    success: `${agent} boots correctly: ${held} laws hold, and each was seen to fail on a faulty machine`,
    problems: [],
    facts: [
      ['template', `${report.template.file}, sha256 ${report.template.sha256}`],
      ['started', report.started],
      ['system', report.os],
      ['user data', `${report.userDataBytes} bytes`],
      ...Object.entries(report.versions),
    ],
    tables: [
      {
        title: 'Boots',
        note: 'Seconds in an emulator that shares its processors: compare boots of one run; they say nothing about EC2.',
        head: ['boot', 'what', 'agent up', 'waiting for resolvers', 'without proxy box', 'mirror failing'],
        rows: boots.map(({ name, what, ...each }) => [
          name,
          what,
          cell(each.agentUpSeconds) || 'never',
          cell(each.resolverSeconds),
          cell(each.noProxySeconds),
          cell(each.mirrorFailingSeconds),
        ]),
      },
    ],
  };
}
