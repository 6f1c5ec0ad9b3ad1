import { fileProblem } from './source';
import { type Parsed, parseYaml } from './yaml-source';

/** A configuration file's text: YAML, or JSON where the name says so (which the same parser then gives positions). */
export function parseText(file: string, text: string): Parsed {
  if (file.endsWith('.json') && !isJson(text)) {
    const fix = 'restore it from version control, or delete it and pin again';
    return { problems: [fileProblem(file, 'is not JSON', fix)] };
  }
  return parseYaml(file, text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
