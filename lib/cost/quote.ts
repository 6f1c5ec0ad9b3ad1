import type { Item, Share } from './item';
import { type PriceTable, priceOf } from './price-table';

/** An item with its price. */
export interface Line extends Item {
  readonly unit?: string;
  readonly unitUsd?: number;
  /** A month; undefined without a price or a quantity. */
  readonly usd?: number;
}

export interface AgentCost {
  readonly agent: string;
  /** The cost of the host and its disks. */
  readonly hostUsd: number;
  /** Everything else of this agent. */
  readonly securityUsd: number;
  readonly idleUsd: number;
  /** Later costs, a month. */
  readonly laterUsd: number;
  /** Lines without a price: `idleUsd` is then a lower bound. */
  readonly unpriced: readonly string[];
  readonly lines: readonly Line[];
}

export interface Quote {
  readonly agents: readonly AgentCost[];
  readonly shared: {
    readonly idleUsd: number;
    readonly unpriced: readonly string[];
    readonly lines: readonly Line[];
  };
  readonly idleUsd: number;
  /** Whether `idleUsd` lacks a line without a price. */
  readonly lowerBound: boolean;
}

/** Looks up the price of each item; an item without a price adds nothing to the totals, and the quote names it. */
export function quote(items: readonly Item[], table: PriceTable): Quote {
  const lines = merged(items)
    .map((item) => priced(item, table))
    .sort(byShareAndCost);
  const names = [...new Set(lines.flatMap(({ agent }) => agent ?? []))].sort();
  const agents = names.map((agent) =>
    agentCost(
      agent,
      lines.filter((line) => line.agent === agent),
    ),
  );
  const shared = lines.filter(({ agent }) => agent === undefined);
  return {
    agents,
    shared: { idleUsd: sum(shared), unpriced: unpricedOf(shared), lines: shared },
    idleUsd: sum(lines),
    lowerBound: unpricedOf(lines).length > 0,
  };
}

function agentCost(agent: string, lines: readonly Line[]): AgentCost {
  return {
    agent,
    hostUsd: sum(lines, 'host'),
    securityUsd: sum(lines, 'security'),
    idleUsd: sum(lines),
    laterUsd: lines.reduce((total, { later, usd = 0 }) => (later === undefined ? total : total + usd), 0),
    unpriced: unpricedOf(lines),
    lines,
  };
}

/** The host's lines first, then by cost; independent of the order in a template. */
function byShareAndCost(one: Line, other: Line): number {
  const key = ({ share, usd }: Line) => (share === 'host' ? -1e9 : 0) - (usd ?? 1e6);
  return key(one) - key(other) || (one.what < other.what ? -1 : 1);
}

/** Adds the quantities of equal items. */
function merged(items: readonly Item[]): Item[] {
  const lines = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify([item.agent, item.share, item.what, item.price]);
    const before = lines.get(key);
    lines.set(key, before ? { ...before, quantity: added(before.quantity, item.quantity) } : item);
  }
  return [...lines.values()];
}

function added(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function priced(item: Item, table: PriceTable): Line {
  const price = priceOf(table, item.price);
  if (price === undefined) return item;
  const usd = item.quantity === undefined ? undefined : item.quantity * price.usd;
  return { ...item, unit: price.unit, unitUsd: price.usd, ...(usd !== undefined && { usd }) };
}

function sum(lines: readonly Line[], share?: Share): number {
  return lines
    .filter((line) => line.later === undefined && (share === undefined || line.share === share))
    .reduce((total, { usd = 0 }) => total + usd, 0);
}

function unpricedOf(lines: readonly Line[]): string[] {
  return lines.filter(({ usd }) => usd === undefined).map(({ what }) => what);
}
