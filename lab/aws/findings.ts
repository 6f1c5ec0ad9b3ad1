import { judge, type Verdict } from './check';
import type { Trial } from './trial';

interface Line {
  readonly id: string;
  readonly result: string;
  readonly reason: string;
}

/**
 * Judges the failures that `airlock preflight --live` reports.
 *
 * @param agent its name; without a name, preflight examines the account
 * @param expected ids of checks that may fail
 */
export async function findings(
  trial: Trial,
  agent: readonly string[],
  expected: readonly string[] = [],
): Promise<Verdict> {
  const words = ['preflight', ...agent, '--live', '--template', trial.template];
  const { checks = [] } = await trial.airlockJson<{ checks?: Line[] }>(words);
  const wrong = checks.filter(({ id, result }) => result === 'fail' && !expected.includes(id));
  const said = wrong.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  return judge(checks.length > 0 && wrong.length === 0, said || `${checks.length} checks`);
}
