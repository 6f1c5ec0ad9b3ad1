import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Finding } from '../finding';
import type { Problem } from '../model';
import { fileProblem, type Path, type Position, type Source } from './source';
import { syntaxFinding } from './yaml-syntax';
import { plainValue } from './yaml-value';

export type Parsed =
  | { readonly source: Source; readonly problems: Problem[] }
  | { readonly problems: Problem[] };

/** Reads one YAML (or JSON) document. A file with a syntax error yields that error and no source. */
export function parseYaml(file: string, text: string): Parsed {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const documents = parse(text, lines);
  if (!Array.isArray(documents)) {
    return { problems: [fileProblem(file, documents.message, documents.fix)] };
  }
  const [document, second] = documents;
  const empty = fileProblem(file, 'is empty', 'write it as the file in config/ of the kit shows');
  if (!document) {
    return { problems: [empty] };
  }
  const error = document.errors[0] ?? document.warnings[0];
  if (error) {
    const finding = syntaxFinding(error);
    return { problems: [fileProblem(file, finding.message, finding.fix, position(error.pos[0]))] };
  }
  if (second) {
    const start = position(second.range[0]);
    const message = 'holds more than one YAML document';
    return {
      problems: [fileProblem(file, message, 'remove the "---" and what does not belong here', start)],
    };
  }
  if (hasDirectives(document)) {
    const message = 'starts with a YAML directive';
    return { problems: [fileProblem(file, message, 'remove the line that starts with "%"')] };
  }
  if (document.contents === null) {
    return { problems: [empty] };
  }
  const problems: Problem[] = [];
  const value = plainValue(document.contents, { file, text, position, problems });
  return {
    source: {
      file,
      value,
      locate: locator(document, position),
      written: (path) => writtenAt(document, path),
    },
    problems,
  };
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed[] | Finding {
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      // The check in yaml-value.ts takes linear time and names the key.
      uniqueKeys: false,
      version: '1.2',
      schema: 'core',
      logLevel: 'silent',
    });
    return [...documents];
  } catch (error) {
    return error instanceof RangeError
      ? { message: 'is nested too deeply to be read', fix: 'flatten it' }
      : { message: 'is not valid YAML', fix: 'begin again from a file of the kit' };
  }
}

function hasDirectives(document: Document.Parsed): boolean {
  const { directives } = document;
  return directives.yaml.explicit === true || Object.keys(directives.tags).some((handle) => handle !== '!!');
}

function locator(document: Document.Parsed, position: (offset: number) => Position) {
  return (path: Path, part: 'key' | 'value' = 'value'): Position => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0] ?? 0;
    for (const [index, step] of path.entries()) {
      const found: { key?: Node; value: unknown } | undefined = child(node, step);
      if (!found) {
        break;
      }
      const start = part === 'key' && index === path.length - 1 ? found.key : (found.value ?? found.key);
      offset = (start as Node | undefined)?.range?.[0] ?? offset;
      node = found.value;
    }
    return position(offset);
  };
}

function writtenAt(document: Document.Parsed, path: Path): string | undefined {
  const node = path.reduce<unknown>((parent, step) => child(parent, step)?.value, document.contents);
  return isScalar(node) ? node.source : undefined;
}

function child(node: unknown, step: string | number): { key?: Node; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    return step < node.items.length ? { value: node.items[step] } : undefined;
  }
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    return pair && { key: pair.key as Node, value: pair.value };
  }
  return undefined;
}
