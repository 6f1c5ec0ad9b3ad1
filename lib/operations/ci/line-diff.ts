/** Unchanged lines that are shown around a change. */
const CONTEXT = 2;
/** Cells of the table of common lines; texts that differ in more lines are shown whole, the old one first. */
const MOST_CELLS = 2 ** 24;

type Edit = readonly [sign: ' ' | '-' | '+', line: string];

/**
 * How two texts differ, line by line: "-" was there, "+" is there now. Each group of changes begins with "@@" and the last line
 * before it that isn't indented, which names what it belongs to.
 */
export function lineDiff(before: string, after: string): string[] {
  const edits = editsOf(before.split('\n'), after.split('\n'));
  const isShown = edits.map((_, index) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(([sign]) => sign !== ' '),
  );
  const lines: string[] = [];
  let heading = '';
  for (const [index, [sign, line]] of edits.entries()) {
    if (isShown[index] && !isShown[index - 1]) lines.push(`@@ ${heading}`);
    if (isShown[index]) lines.push(`${sign}${line}`);
    if (/^\S/u.test(line)) heading = line;
  }
  return lines;
}

function editsOf(before: readonly string[], after: readonly string[]): Edit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => [' ', line]);
  return [
    ...same(before.slice(0, start)),
    ...changes(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** The fewest lines to take away and add, from the length of the longest common subsequence of every two remainders. */
function changes(before: readonly string[], after: readonly string[]): Edit[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > MOST_CELLS) {
    return [...before.map((line): Edit => ['-', line]), ...after.map((line): Edit => ['+', line])];
  }
  const common = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] as number;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old !== undefined && old === now) {
      edits.push([' ', old]);
      i++;
      j++;
    } else if (old !== undefined && (now === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push(['-', old]);
      i++;
    } else {
      edits.push(['+', now as string]);
      j++;
    }
  }
  return edits;
}
