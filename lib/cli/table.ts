import { wrap } from '../wrap';

/** A cell: its text, and how to colour it once it has been padded. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = '  ';
/** A column is never made narrower than this. */
const NARROWEST = 6;

/** Lines of left-aligned columns, no wider than the terminal: a long cell continues on the next line. */
export function table(
  rows: readonly (readonly Cell[])[],
  indent = '',
  columns = Number.POSITIVE_INFINITY,
): string[] {
  const widths = fitted(naturalWidths(rows), columns - indent.length);
  return rows.flatMap((row) => {
    const cells = row.map((cell, column) => broken(textOf(cell), widths[column] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => {
      const parts = row.map((cell, column) => {
        const part = cells[column]?.[line] ?? '';
        const text = column === row.length - 1 ? part : part.padEnd(widths[column] ?? 0);
        return typeof cell === 'string' || part === '' ? text : cell.paint(text);
      });
      return `${indent}${parts.join(GAP)}`.trimEnd();
    });
  });
}

function naturalWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length);
    });
  }
  return widths;
}

/** Narrows the widest column until the row fits, or until every column is at its minimum. */
function fitted(natural: readonly number[], columns: number): number[] {
  const widths = [...natural];
  const room = columns - GAP.length * (widths.length - 1);
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
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
