import { DIRECTIVE, REPLY, type Seen } from './check';

/** Problems in what was seen; empty: the condition holds. */
type Condition = (seen: Seen) => readonly string[];

/** All conditions hold. */
export const all =
  (...conditions: readonly Condition[]): Condition =>
  (seen) =>
    conditions.flatMap((condition) => condition(seen));

/** The output contains the text. */
export const says =
  (text: string): Condition =>
  ({ output }) =>
    output.includes(text) ? [] : [`the output lacks ${JSON.stringify(text)}`];

/** The output doesn't contain the text. */
export const neverSays =
  (text: string): Condition =>
  ({ output }) =>
    output.includes(text) ? [`the output contains ${JSON.stringify(text)}`] : [];

/** The script ended with exit code 0. */
export const endsWell: Condition = ({ code }) =>
  code === 0 ? [] : [`the script ended with ${code ?? 'its time limit'}`];

/**
 * A request with the real credential in this header reached the model on this path, and its answer came back; no file on
 * the agent's machine holds the credential.
 */
export const callsModel =
  (path: string, header: string): Condition =>
  ({ model, output, leaks, real }) => {
    const calls = model.filter((request) => request.method === 'POST' && request.path === path);
    const isComplete = calls.some(
      (call) => call.status === 200 && call.header === header && call.credential === real,
    );
    return [
      ...(isComplete ? [] : [`no call of ${path} came with the real credential in ${header}`]),
      ...(output.includes(REPLY) ? [] : ["the model's answer did not come back"]),
      ...leaks.map((place) => `${place} holds the real credential`),
    ];
  };

/** Each call in which the model may use tools contains the kit's directives. */
export const carriesDirectives: Condition = ({ model }) => {
  const calls = model.filter(({ tools }) => tools.length > 0);
  if (calls.length === 0) return ['the model was never called with tools'];
  return calls.every(({ found }) => found.includes(DIRECTIVE)) ? [] : ['a call came without the directives'];
};

/** The proxy saw exactly these requests, each once or more. */
export const asksFor =
  (...expected: readonly string[]): Condition =>
  ({ proxy }) => {
    const seen = [...new Set(proxy.map(({ method, host, path }) => `${method} ${host}${path}`))];
    return [
      ...seen
        .filter((request) => !expected.some((one) => covers(one, request)))
        .map((request) => `it also requested ${request}`),
      ...expected
        .filter((one) => !seen.some((request) => covers(one, request)))
        .map((one) => `it never requested ${one}`),
    ];
  };

/** A last `*` stands for any end. */
function covers(expected: string, request: string): boolean {
  return expected.endsWith('*') ? request.startsWith(expected.slice(0, -1)) : request === expected;
}

/** Each of the numbered answers that `jobs` prints contains one of the texts. */
export const eachAnswer =
  (count: number, ...texts: readonly string[]): Condition =>
  ({ output }) => {
    const answers = output.split(/^== answer \d+$/m).slice(1);
    const lacking = answers.flatMap((answer, index) =>
      texts.some((text) => answer.includes(text))
        ? []
        : [`answer ${index + 1}: ${answer.trim().slice(0, 300)}`],
    );
    return answers.length === count ? lacking : [`${answers.length} of ${count} jobs were answered`];
  };
