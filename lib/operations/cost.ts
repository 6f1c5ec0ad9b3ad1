import { ASSUMPTIONS } from '../cost/assumptions';
import { itemsOfTemplate } from '../cost/of-template';
import { ageOf, PRICES, type PriceTable } from '../cost/price-table';
import { type Quote, quote } from '../cost/quote';
import { notATemplate, readTemplate } from './read-template';

export interface CostReport extends Quote {
  /** The stack's Region; absent when neither the template nor the caller names one. */
  readonly region?: string;
  /** The price table, which may be another Region's, and the day of its oldest price. */
  readonly prices: {
    readonly region: string;
    readonly asOf: string;
    readonly days: number;
    readonly old: boolean;
  };
  /** Resource types that the cost model doesn't know. */
  readonly unknownTypes: readonly string[];
  readonly assumptions: readonly string[];
}

export type CostResult =
  | { readonly reason: 'priced'; readonly report: CostReport }
  | { readonly reason: 'no-such-agent' | 'unreadable'; readonly message: string };

export interface CostOptions {
  /** @default every agent, what they share, and the total */
  readonly agent?: string;
  readonly region?: string;
  readonly now: Date;
  /** @default the table of this kit */
  readonly table?: PriceTable;
}

/** What a template costs a month while its agents do nothing. Never throws on bad input. */
export function costOfFile(file: string, options: CostOptions): CostResult {
  const read = readTemplate(file);
  if (!read.ok) return { reason: 'unreadable', message: read.message };
  const report = costOf(read.template, options);
  if (!report.ok) return { reason: 'unreadable', message: notATemplate(file, report.problems) };
  const names = report.cost.agents.map(({ agent }) => agent);
  if (options.agent === undefined || names.includes(options.agent))
    return { reason: 'priced', report: report.cost };
  const message = `the template has nothing of an agent "${options.agent}": it has ${names.join(', ') || 'none'}`;
  return { reason: 'no-such-agent', message };
}

export function costOf(
  template: unknown,
  { region, now, table = PRICES }: CostOptions,
):
  | { readonly ok: true; readonly cost: CostReport }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const read = itemsOfTemplate(template);
  if (!read.ok) return read;
  const quoted = quote(read.items, table);
  return {
    ok: true,
    cost: {
      ...(region !== undefined && { region }),
      prices: { region: table.region, ...ageOf(table, now) },
      ...quoted,
      lowerBound: quoted.lowerBound || read.unknownTypes.length > 0,
      unknownTypes: read.unknownTypes,
      assumptions: ASSUMPTIONS,
    },
  };
}
