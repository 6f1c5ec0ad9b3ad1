import { fileProblem } from './source';
import { type Parsed, parseYaml } from './yaml-source';

/** Parses a configuration file: YAML, or JSON by its extension (the YAML parser reads both and knows positions). */
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
