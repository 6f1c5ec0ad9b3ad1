/**
 * A table of Markdown; a bar inside a cell is text. In code a backslash before a bar can't be escaped, so both are written as
 * JSON would write the bar.
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replace(/\\?\|/g, (bar) => (bar === '|' ? '\\|' : '\\u007c'))).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
