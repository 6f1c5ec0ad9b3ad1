import type { LabReport } from './report';

/** The run in the form that build servers read: one case for each attempt and each thing that must work. */
export function junitOf({ attempts, controls, decisions, seconds }: LabReport): string {
  const cases = [
    ...attempts.map((each) => ({
      suite: `lab.${each.invariant}`,
      name: `${each.id} ${each.group}: ${each.title}`,
      verdict: each.verdict,
      good: each.verdict === 'stopped',
      words: `${each.saw}${each.sawWeakened === undefined ? '' : `; in the weakened network (${each.weakened}): ${each.sawWeakened}`}`,
    })),
    ...decisions.map((each) => ({
      suite: 'lab.decisions',
      name: `${each.id} (${each.group})`,
      verdict: each.verdict,
      good: each.verdict === 'agrees',
      words: each.saw,
    })),
    ...controls.map((each) => ({
      suite: 'lab.works',
      name: `${each.id} ${each.title}`,
      verdict: each.verdict,
      good: each.verdict === 'works',
      words: each.saw,
    })),
  ];
  const isSkipped = ({ verdict }: { readonly verdict: string }) =>
    ['not applicable', 'open'].includes(verdict);
  const skipped = cases.filter(isSkipped).length;
  const failures = cases.filter(({ good }) => !good).length - skipped;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="airlock lab" tests="${cases.length}" failures="${failures}" skipped="${skipped}" time="${seconds}">`,
    ...cases.map(({ suite, name, verdict, good, words }) => {
      const open = `  <testcase classname="${xml(suite)}" name="${xml(name)}"`;
      if (good) return `${open}/>`;
      const inside = isSkipped({ verdict })
        ? `<skipped message="${xml(words)}"/>`
        : `<failure type="${xml(verdict)}" message="${xml(words)}"/>`;
      return `${open}>${inside}</testcase>`;
    }),
    '</testsuite>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text inside a document or an attribute, whatever it holds. */
export function xml(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\p{Cn}]/gu, ' ')
    .replaceAll(/[&<>"]/g, (mark) => ENTITIES[mark] as string);
}
