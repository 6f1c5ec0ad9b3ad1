import type { Summary } from '../../operations/synth/summary';
import type { Context } from '../context';
import { agentLines } from './agents';
import { invariantLines } from './invariants';
import { evidenceLines, findingLines, headerLines, sizeLines, stepLines, warningLines } from './stack';

/** What a synth built, in the order in which a reviewer asks. */
export function summaryLines(summary: Summary, context: Context): string[] {
  return [
    ...headerLines(summary, context),
    ...summary.agents.flatMap((agent) => agentLines(agent, context)),
    ...invariantLines(summary, context),
    ...findingLines(summary.findings, context),
    ...sizeLines(summary, context),
    ...evidenceLines(summary, context),
    ...warningLines(summary.warnings, context),
    ...stepLines(summary.next, context),
  ];
}
