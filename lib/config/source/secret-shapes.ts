/** Shapes of credentials that people paste into a file by mistake. The loader refuses them and never prints them. */
const SHAPES = [
  /gh[oprsu]_[A-Za-z0-9]{30,}/,
  /github_pat_[A-Za-z0-9_]{30,}/,
  /glpat-[A-Za-z0-9_-]{20,}/,
  /\bsk-[A-Za-z0-9_-]{30,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /xox[abeoprs]-[A-Za-z0-9-]{20,}/,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /\bhf_[A-Za-z0-9]{30,}/,
  /\bnpm_[A-Za-z0-9]{30,}/,
  /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/,
  /\beyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

/** An address with a password in it: a problem with it doesn't print the address. */
const PASSWORD = /[^\s/]*:[^\s/]*@/;

export function holdsPassword(value: unknown): boolean {
  return typeof value === 'string' && PASSWORD.test(beginning(value));
}

export function looksSecret(value: unknown): boolean {
  return typeof value === 'string' && SHAPES.some((shape) => shape.test(beginning(value)));
}

/** The same for text of any length, in windows that overlap by more than the longest shape. */
export function holdsSecret(text: string): boolean {
  for (let start = 0; start < text.length; start += LONGEST_TEXT - OVERLAP) {
    if (looksSecret(text.slice(start, start + LONGEST_TEXT))) return true;
  }
  return false;
}

const OVERLAP = 500;

/** Longest setting, and longest text to search: the patterns need quadratic time. */
export const LONGEST_TEXT = 2000;

function beginning(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
