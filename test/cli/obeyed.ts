/** Anything a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
export const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;
