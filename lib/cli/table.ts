import { wrap } from '../wrap';

/** A cell: its text, and how to colour it once it has been padded. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = '  ';
/** A column is made narrower than a word of its own only where that word is longer than this. */
const LONGEST_WORD = 24;
/** A column of several words isn't made narrower than this. */
const NARROWEST = 12;

/**
 * Lines of left-aligned columns, no wider than the terminal: a long cell continues on the next line. Where the columns don't fit,
 * the cells of a row follow one another instead.
 */
export function table(
  rows: readonly (readonly Cell[])[],
  indent = '',
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const widths = fitted(rows, columns - indent.length);
  if (widths === undefined) return rows.flatMap((row) => flowing(row, indent, columns));
  return rows.flatMap((row) => {
    const cells = row.map((cell, column) => broken(textOf(cell), widths[column] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const parts = row.map((cell, column) => {
        const part = cells[column]?.[line] ?? '';
        const text = column === row.length - 1 ? part : part.padEnd(widths[column] ?? 0);
        return part === '' ? text : painted(cell, text);
      });
      return `${indent}${parts.join(GAP)}`.trimEnd();
    });
  });
}

/** Narrows the widest column until the row fits. Undefined when words would be broken for it, or lines too short to read. */
function fitted(rows: readonly (readonly Cell[])[], columns: number): number[] | undefined {
  const widths: number[] = [];
  const least: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      const text = textOf(cell);
      const word = Math.max(...text.split(' ').map(({ length }) => length), Math.min(text.length, NARROWEST));
      widths[column] = Math.max(widths[column] ?? 0, text.length);
      least[column] = Math.max(least[column] ?? 0, Math.min(word, LONGEST_WORD));
    });
  }
  const room = columns - GAP.length * (widths.length - 1);
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess -= 1) {
    const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) return undefined;
    widths[spare.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

/** A row without columns, broken between its cells and at spaces; a word that is longer than the line stays whole. */
function flowing(row: readonly Cell[], indent: string, columns: number): string[] {
  const lines: string[] = [];
  let [line, width] = ['', 0];
  const room = () => columns - indent.length - (lines.length > 0 ? GAP.length : 0);
  const end = () => {
    if (width > 0) lines.push(`${indent}${lines.length > 0 ? GAP : ''}${line}`);
    [line, width] = ['', 0];
  };
  for (const cell of row.filter((each) => textOf(each) !== '')) {
    if (width > 0 && width + GAP.length + textOf(cell).length > room()) end();
    for (const [index, part] of wrap(textOf(cell), room()).entries()) {
      if (index > 0) end();
      const gap = width > 0 ? GAP : '';
      line += `${gap}${painted(cell, part)}`;
      width += gap.length + part.length;
    }
  }
  end();
  return lines;
}

function painted(cell: Cell, text: string): string {
  return typeof cell === 'string' ? text : cell.paint(text);
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Broken at spaces, and inside a word that is longer than a line. */
function broken(text: string, width: number): string[] {
  return wrap(text, width).flatMap(
    (line) => line.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? [''],
  );
}

/** `1 agent`, `2 agents`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
