import { countsAs, type ProofReport } from './judge';
import type { Report } from './report';

/** The run for build servers: a test case for each proof, and one for each further problem. */
export function junitOf({ command, proofs, problems, seconds }: Report): string {
  const number = (kind: string) => proofs.filter((each) => countsAs(each) === kind).length;
  const counts = [
    `tests="${proofs.length + problems.length}"`,
    `failures="${number('failed') + problems.length}"`,
    `skipped="${number('skipped')}"`,
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(command)}" ${counts.join(' ')} time="${seconds}">`,
    ...proofs.map((each) => {
      const name = xml(`${each.id} ${each.group}: ${each.title}`);
      const open = `  <testcase classname="${xml(`${command.replaceAll(' ', '.')}.${each.law}`)}" name="${name}"`;
      if (countsAs(each) === 'passed') return `${open}/>`;
      const message = xml(wordsOf(each));
      return countsAs(each) === 'skipped'
        ? `${open}><skipped message="${message}"/></testcase>`
        : `${open}><failure type="${xml(each.verdict)}" message="${message}"/></testcase>`;
    }),
    ...problems.map(
      (each) =>
        `  <testcase classname="${xml(command.replaceAll(' ', '.'))}" name="${xml(each)}"><failure type="fails" message="${xml(each)}"/></testcase>`,
    ),
    '</testsuite>',
    '',
  ].join('\n');
}

function wordsOf({ saw, weakened, locks }: ProofReport): string {
  return [
    saw,
    ...weakened.map((each) => `in the weakened copy "${each.place}": ${each.saw}`),
    ...locks.filter(({ held }) => !held).map((each) => `with ${each.lock} alone: ${each.saw}`),
  ].join('; ');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Any text, safe inside a document or an attribute. */
function xml(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\p{Cn}]/gu, ' ')
    .replaceAll(/[&<>"]/g, (mark) => ENTITIES[mark] as string);
}
