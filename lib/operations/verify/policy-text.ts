import { isRecord } from '../../json';

/**
 * The statements of a policy, each as one text with sorted keys and values, so that the order in which AWS keeps them
 * doesn't matter. What is no policy has no statement that another one has.
 */
export function statementsOf(document: unknown): string[] {
  const statements = isRecord(document) ? document.Statement : undefined;
  if (statements === undefined) return ['no readable policy'];
  return [statements].flat().map((each) => JSON.stringify(sorted(each)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((each) => sorted(each));
    // AWS turns a list of one into its item, and back.
    return items.length === 1
      ? items[0]
      : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
