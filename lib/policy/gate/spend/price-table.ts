import table from './model-prices.json';

/** What a model costs, and how long its longest request and answer are. USD per million tokens are micro-USD per token. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  readonly longestInput: number;
  readonly longestOutput: number;
  /** Input tokens above which input costs twice and output 1.5 times as much. */
  readonly longAbove?: number;
}

export const PRICES_AS_OF = table.asOf;

const MODELS: ReadonlyMap<string, ModelPrice> = new Map(
  Object.entries(table.models).map(
    ([name, [input = 0, output = 0, longestInput = 0, longestOutput = 0, longAbove]]) => [
      name,
      { input, output, longestInput, longestOutput, longAbove },
    ],
  ),
);

/** Regions of Bedrock's inference profiles, and the names of makers, before a model's own name. */
const PREFIX = /^(?:(?:us|us-gov|eu|apac|jp|au|ca|global)\.)?(?:anthropic|amazon|openai)[./]/;
/** A version of Bedrock's, or a date. */
const SUFFIX = /(?:-v?\d+:\d+|-v\d+|-\d{8}|-\d{4}-\d{2}-\d{2})$/;

/** The row of a model as a vendor calls it; undefined when the table has none, as for a variant of OpenRouter's (`:nitro`). */
export function priceOfModel(
  model: string,
): { readonly name: string; readonly price: ModelPrice } | undefined {
  const named = model.toLowerCase().replace(PREFIX, '').replaceAll('.', '-');
  const name = [named, named.replace(SUFFIX, ''), named.replace(SUFFIX, '').replace(SUFFIX, '')].find(
    (each) => MODELS.has(each),
  );
  const price = name === undefined ? undefined : MODELS.get(name);
  return name === undefined || price === undefined ? undefined : { name, price };
}

/** The greatest of everything that the table has of some models: for a model that it doesn't have. */
export function dearest(which: RegExp): ModelPrice {
  const rows = [...MODELS].filter(([name]) => which.test(name)).map(([, price]) => price);
  const most = (of: (row: ModelPrice) => number) => Math.max(...rows.map(of));
  return {
    input: most(({ input }) => input),
    output: most(({ output }) => output),
    longestInput: most(({ longestInput }) => longestInput),
    longestOutput: most(({ longestOutput }) => longestOutput),
    longAbove: Math.min(...rows.map(({ longAbove = Number.POSITIVE_INFINITY }) => longAbove)),
  };
}
