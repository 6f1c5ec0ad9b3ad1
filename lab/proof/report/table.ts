/** A Markdown table and the blank line after it. */
export function rows(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line), ''];
}

/** Text from templates, machines and packets stays inside its cell, and is never read as markup. */
function cell(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').replaceAll(/[\\|<>`*_[\]]/g, '\\$&');
}
