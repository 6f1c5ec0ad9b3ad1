import type { Context } from '../../lib/cli/context';
import { wrap } from '../../lib/cli/table';
import { type BootReport, isSound, isWell, type RehearsalReport } from '../rehearsal/plan/report';

/** What a person reads after a rehearsal: every check, and in full what isn't as it must be. */
export function rehearsalLines(report: RehearsalReport, { colours, width }: Context): string[] {
  const bad = report.checks.filter((each) => !isWell(each));
  return [
    ...report.checks.flatMap(({ id, law, verdict, saw, broken, sawBroken }) => {
      if (verdict === 'holds') return [`${colours.green(verdict)}  ${id} ${law}`];
      if (verdict === 'not applicable') return [`${colours.dim('left out')}  ${id} ${law}: ${saw}`];
      return [
        `${colours.red(verdict)}  ${id} ${law}`,
        `      seen: ${saw}`,
        `      seen in ${broken}: ${sawBroken}`,
      ];
    }),
    '',
    ...report.boots.flatMap(upLine),
    '',
    ...wrap(`${report.scope} Proxy box: ${report.door}. Runtime: ${report.runtime}.`, width).map((line) =>
      colours.yellow(line),
    ),
    '',
    isSound(report)
      ? colours.green(
          `${report.agent} boots as it must: ${report.checks.filter(({ verdict }) => verdict === 'holds').length} checks, each seen to fail in a broken machine (${report.seconds} s)`,
        )
      : colours.red(
          `not well: ${bad.map(({ id, verdict }) => `${id} ${verdict}`).join(', ')} (${report.seconds} s)`,
        ),
  ];
}

function upLine({ name, agentUpSeconds, shutSeconds, failingSeconds }: BootReport): string[] {
  if (agentUpSeconds === undefined) return [];
  const shut = shutSeconds === undefined ? '' : `, ${shutSeconds} s of them before the proxy box came`;
  const failing = failingSeconds === undefined ? '' : `, ${failingSeconds} s until the mirror served`;
  return [`${name}: agent up ${agentUpSeconds} s after power-on${shut}${failing}`];
}
