import { markdownTable } from '../markdown-table';
import { FREE_TYPES } from './free-types';
import type { PriceTable } from './price-table';
import type { Line, Quote } from './quote';

/** `49.06`. */
export function dollars(usd: number): string {
  return usd.toFixed(2);
}

/** Quantity and price, such as `730 hours × 0.0672`, or the factor that is missing. */
export function factors({ quantity, unit = '', unitUsd }: Line): string {
  if (quantity === undefined) return 'an unknown quantity';
  const amount = Number(quantity.toFixed(2));
  const units = amount !== 1 && /(hour|month)$/.test(unit) ? `${unit}s` : unit;
  return unitUsd === undefined ? `${amount}, no price` : `${amount} ${units} × ${unitUsd}`;
}

/** The tables of `airlock cost --format md`, by name; docs/COST.md has the first. */
export function costPage(quoted: Quote, table: PriceTable, assumptions: readonly string[]) {
  return {
    totals: totals(quoted),
    lines: lineTables(quoted),
    assumptions: assumptions.map((text) => `- ${text}`).join('\n'),
    prices: priceTable(table),
    free: freeTable(),
  } as const;
}

function totals({ agents, shared, idleUsd, lowerBound }: Quote): string {
  const later = shared.lines.reduce((sum, { later, usd = 0 }) => (later === undefined ? sum : sum + usd), 0);
  return markdownTable(
    ['USD a month', 'host and its disks', 'security overhead', 'idle', 'more from the third year'],
    [
      ...agents.map(({ agent, hostUsd, securityUsd, idleUsd: idle, laterUsd }) => [
        agent,
        ...[hostUsd, securityUsd, idle, laterUsd].map(dollars),
      ]),
      ['shared by the stack', '', '', dollars(shared.idleUsd), dollars(later)],
      [`**the stack**${lowerBound ? ', at least' : ''}`, '', '', `**${dollars(idleUsd)}**`, ''],
    ],
  );
}

function lineTables({ agents, shared }: Quote): string {
  return [...agents, { agent: 'shared by the stack', lines: shared.lines }]
    .map(({ agent, lines }) =>
      markdownTable(
        [agent, 'counts as', 'quantity × price', 'USD a month'],
        lines.map((line) => [line.what, line.share, factors(line), monthly(line)]),
      ),
    )
    .join('\n\n');
}

function monthly({ usd, later }: Line): string {
  return `${usd === undefined ? 'unknown' : dollars(usd)}${later === undefined ? '' : `, ${later}`}`;
}

function priceTable({ prices, instances, sources }: PriceTable): string {
  const source = (name: string) => [sources[name]?.asOf ?? '', `[page](${sources[name]?.url ?? ''})`];
  const families = Object.keys(instances.usdAnHour);
  return markdownTable(
    ['For', 'USD', 'As of', 'Source'],
    [
      [`instances: ${families.join(', ')}`, 'by type', ...source(instances.source)],
      ...Object.entries(prices).map(([name, { usd, unit, source: from }]) => [
        name,
        `${usd} per ${unit}`,
        ...source(from),
      ]),
    ],
  );
}

/** The reasons, each with its resource types. */
function freeTable(): string {
  const reasons = [...new Set(Object.values(FREE_TYPES))].sort();
  return markdownTable(
    ['No price of its own, because', 'Resource types'],
    reasons.map((reason) => [
      reason,
      Object.keys(FREE_TYPES)
        .filter((type) => FREE_TYPES[type] === reason)
        .map((type) => `\`${type}\``)
        .join(', '),
    ]),
  );
}
