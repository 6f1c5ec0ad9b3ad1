import type { Report } from '../../proof/report';
import type { CheckReport, RehearsalReport, Verdict } from './report';

/** A rehearsal as the reporter shows it. */
export function reportOf(rehearsal: RehearsalReport): Report {
  const { checks, boots, agent } = rehearsal;
  return {
    command: 'airlock rehearse',
    title: `Boot rehearsal of ${agent}`,
    scope: `${rehearsal.scope} Proxy box: ${rehearsal.door}. Runtime: ${rehearsal.runtime}.`,
    seconds: rehearsal.seconds,
    proofs: checks.map(proofOf),
    success: `${agent} boots as it must`,
    problems: [],
    facts: [
      ['template', `${rehearsal.template.file}, sha256 ${rehearsal.template.sha256}`],
      ['started', rehearsal.started],
      ['user data', `${rehearsal.userDataBytes} bytes`],
      ...Object.entries(rehearsal.versions),
    ],
    tables: [
      {
        title: 'Boots',
        head: ['boot', 'what', 'agent up after s'],
        rows: boots.map(({ name, what, agentUpSeconds }) => [name, what, String(agentUpSeconds ?? 'never')]),
      },
    ],
  };
}

const VERDICTS = { 'not seen': 'not run' } as const satisfies Partial<Record<Verdict, string>>;

function proofOf({ id, law, verdict, saw, broken, sawBroken }: CheckReport): Report['proofs'][number] {
  return {
    ...{ id, law: id, group: 'boots', title: law, saw, locks: [] },
    verdict: verdict === 'not seen' ? VERDICTS[verdict] : verdict,
    weakened: [{ place: broken, failed: verdict === 'holds', saw: sawBroken }],
  };
}
