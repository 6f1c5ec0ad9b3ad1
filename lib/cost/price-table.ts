import prices from './prices.json';

/** List prices of one region, each with its source: a page and a day. */
export interface PriceTable {
  readonly region: string;
  readonly sources: Readonly<Record<string, { readonly asOf: string; readonly url: string }>>;
  readonly prices: Readonly<Record<string, UnitPrice & { readonly source: string }>>;
  /** On-demand Linux, by family and size. */
  readonly instances: {
    readonly source: string;
    readonly usdAnHour: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

export interface UnitPrice {
  readonly usd: number;
  /** Such as `hour` or `GB-month`. */
  readonly unit: string;
}

export const PRICES: PriceTable = prices;

/** The name under which `priceOf` finds an instance type. */
export function instancePrice(type: string): string {
  return `instance ${type}`;
}

/** The price of one unit; undefined when the table lacks it. */
export function priceOf(table: PriceTable, name: string): UnitPrice | undefined {
  const [, family, size] = /^instance ([^.]+)\.(.+)$/.exec(name) ?? [];
  if (family !== undefined && size !== undefined) {
    const usd = own(own(table.instances.usdAnHour, family) ?? {}, size);
    return usd === undefined ? undefined : { usd, unit: 'hour' };
  }
  return own(table.prices, name);
}

const DAY = 86_400_000;
const OLD_DAYS = 365;

/** The day and the age of the oldest price, which is the age of the table. */
export function ageOf(table: PriceTable, now: Date): { asOf: string; days: number; old: boolean } {
  const [asOf = ''] = Object.values(table.sources)
    .map((source) => source.asOf)
    .sort();
  const days = Math.floor((now.getTime() - Date.parse(asOf)) / DAY);
  return { asOf, days, old: days >= OLD_DAYS };
}

/** Names come from templates and may be `constructor` or `__proto__`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
