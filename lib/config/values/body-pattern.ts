/** The longest text that `matches` compares: names, tags, branches. */
export const LONGEST_TEXT = 256;
const LONGEST_PATTERN = 200;
const MOST_REPETITIONS = 4;

const REPETITION = /(?<!\\)(?:[*+]|\{[0-9]+(?:,[0-9]*)?\})/g;

/**
 * Why a pattern isn't accepted. The agent chooses the text, so no text may take long: repetitions are few and stand behind
 * single characters and classes, never behind a group, and nothing refers back or looks around.
 */
export function checkPattern(pattern: string): string | undefined {
  if (pattern === '' || pattern.length > LONGEST_PATTERN) return `must be 1 to ${LONGEST_PATTERN} characters`;
  const bare = pattern.replace(/\\\\/g, '__').replace(/(?<!\\)\[(?:\\.|[^\]\\])*\]/g, 'C');
  if (/(?<!\\)\\[1-9k]/.test(bare) || /(?<!\\)\(\?(?!:)/.test(bare)) {
    return 'must not refer back or look around';
  }
  if (/(?<!\\)\)[*+{]/.test(bare)) return 'must not repeat a group: repeat a character or a class';
  if ([...bare.matchAll(REPETITION)].length > MOST_REPETITIONS) {
    return `must repeat at most ${MOST_REPETITIONS} times`;
  }
  try {
    wholeText(pattern);
    return undefined;
  } catch {
    return 'is not a regular expression';
  }
}

/** Compares the whole text, not a part of it. What finds a feature ignores letter case, as a vendor may. */
export function matchesWhole(pattern: string, text: string, ignoresCase = false): boolean {
  return text.length <= LONGEST_TEXT && wholeText(pattern, ignoresCase ? 'sui' : 'su').test(text);
}

function wholeText(pattern: string, flags = 'su'): RegExp {
  return new RegExp(`^(?:${pattern})$`, flags);
}
