/** Text broken at spaces into lines of at most `width` characters; a longer word stays whole, on its own line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The same with a mark before the first line and as many spaces before the others. */
export function indented(text: string, { width }: { readonly width: number }, mark: string): string[] {
  return wrap(text, width - mark.length).map(
    (line, index) => `${index === 0 ? mark : ' '.repeat(mark.length)}${line}`,
  );
}
