import { isSound, type RehearsalReport } from '../lab/rehearsal/report';
import type { Context } from './context';
import { wrap } from './table';

/** What a person reads after a rehearsal: every check, and in full what isn't as it must be. */
export function rehearsalLines(report: RehearsalReport, { colours, width }: Context): string[] {
  const bad = report.checks.filter(({ verdict }) => verdict !== 'holds');
  return [
    ...report.checks.flatMap(({ id, law, verdict, saw, broken, sawBroken }) => {
      if (verdict === 'holds') return [`${colours.green(verdict)}  ${id} ${law}`];
      return [
        `${colours.red(verdict)}  ${id} ${law}`,
        `      seen: ${saw}`,
        `      seen in ${broken}: ${sawBroken}`,
      ];
    }),
    '',
    ...report.boots.flatMap(({ name, agentUpSeconds, doorShutSeconds }) =>
      agentUpSeconds === undefined
        ? []
        : [
            `${name}: agent up ${agentUpSeconds} s after power-on${doorShutSeconds === undefined ? '' : `, ${doorShutSeconds} s of them with the door shut`}`,
          ],
    ),
    '',
    ...wrap(`${report.scope} Proxy box: ${report.door}. Runtime: ${report.runtime}.`, width).map((line) =>
      colours.yellow(line),
    ),
    '',
    isSound(report)
      ? colours.green(
          `${report.agent} boots as it must: ${report.checks.length} checks, each seen to fail in a broken machine (${report.seconds} s)`,
        )
      : colours.red(
          `not well: ${bad.map(({ id, verdict }) => `${id} ${verdict}`).join(', ')} (${report.seconds} s)`,
        ),
  ];
}
