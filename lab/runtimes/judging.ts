import { DIRECTIVE, REPLY, type Seen } from './check';

type Wrong = (seen: Seen) => readonly string[];

/** Every one of the judgements, together. */
export const all =
  (...judgements: readonly Wrong[]): Wrong =>
  (seen) =>
    judgements.flatMap((wrong) => wrong(seen));

/** The output holds the text. */
export const says =
  (text: string): Wrong =>
  ({ output }) =>
    output.includes(text) ? [] : [`nothing said ${JSON.stringify(text)}`];

/** The output does not hold the text. */
export const neverSays =
  (text: string): Wrong =>
  ({ output }) =>
    output.includes(text) ? [`something said ${JSON.stringify(text)}`] : [];

/** The script ended well. */
export const endsWell: Wrong = ({ code }) =>
  code === 0 ? [] : [`the script ended with ${code ?? 'its time'}`];

/**
 * The model was called on this path, with the real credential in this header, answered, and the answer came back;
 * nothing on the agent's machine holds the credential.
 */
export const callsModel =
  (path: string, header: string): Wrong =>
  ({ model, output, leaks, real }) => {
    const calls = model.filter((request) => request.method === 'POST' && request.path === path);
    const sound = calls.some(
      (call) => call.status === 200 && call.header === header && call.credential === real,
    );
    return [
      ...(sound ? [] : [`no call of ${path} came with the real credential in ${header}`]),
      ...(output.includes(REPLY) ? [] : ["the model's answer did not come back"]),
      ...leaks.map((place) => `${place} holds the real credential`),
    ];
  };

/** The kit's directives are in each call in which the model may act. */
export const carriesDirectives: Wrong = ({ model }) => {
  const calls = model.filter(({ tools }) => tools.length > 0);
  if (calls.length === 0) return ['the model was never called with tools'];
  return calls.every(({ found }) => found.includes(DIRECTIVE)) ? [] : ['a call came without the directives'];
};

/** The door saw exactly these requests, as often as they came. */
export const asksFor =
  (...expected: readonly string[]): Wrong =>
  ({ door }) => {
    const seen = [...new Set(door.map(({ method, host, path }) => `${method} ${host}${path}`))];
    return [
      ...seen
        .filter((request) => !expected.includes(request))
        .map((request) => `it also asked for ${request}`),
      ...expected
        .filter((request) => !seen.includes(request))
        .map((request) => `it never asked for ${request}`),
    ];
  };

/** Each of the numbered answers that `jobs` prints holds one of the texts. */
export const eachAnswer =
  (count: number, ...texts: readonly string[]): Wrong =>
  ({ output }) => {
    const answers = output.split(/^== answer \d+$/m).slice(1);
    const lacking = answers.flatMap((answer, index) =>
      texts.some((text) => answer.includes(text))
        ? []
        : [`answer ${index + 1}: ${answer.trim().slice(0, 300)}`],
    );
    return answers.length === count ? lacking : [`${answers.length} of ${count} jobs were answered`];
  };
