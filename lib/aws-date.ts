import type { GetParametersCommand } from '@aws-sdk/client-ssm';

/** Keeps the `Date` of a call's answer. @returns what reads it: milliseconds since the epoch, without fractions of a second */
export function answerDate(command: GetParametersCommand): () => number | undefined {
  let date = Number.NaN;
  command.middlewareStack.add(
    (next) => async (asked) => {
      const answered = await next(asked);
      const { headers } = answered.response as { readonly headers?: Readonly<Record<string, string>> };
      date = Date.parse(headers?.date ?? '');
      return answered;
    },
    { step: 'deserialize' },
  );
  return () => (Number.isNaN(date) ? undefined : date);
}
