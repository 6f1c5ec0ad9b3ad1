import { SECURITY_AIM_USD } from '../cost/assumptions';
import type { Share } from '../cost/item';
import { dollars, factors } from '../cost/page';
import type { AgentCost, Line } from '../cost/quote';
import type { CostReport } from '../operations/cost';
import { indented, wrap } from '../wrap';
import type { Context } from './context';
import { type Cell, table } from './table';

/** What a stack costs while idle, or one agent of it. */
export function costLines(report: CostReport, agent: string | undefined, context: Context): string[] {
  const { colours, width } = context;
  const agents = report.agents.filter((each) => agent === undefined || each.agent === agent);
  const stack = agent === undefined;
  return [
    ...wrap(basis(report), width).map((line) => colours.dim(line)),
    '',
    ...agents.flatMap((each) => agentLines(each, context)),
    ...(stack ? sharedLines(report, context) : []),
    ...unknownLines(report, context),
    colours.bold('Assumptions'),
    ...report.assumptions.flatMap((text) => indented(text, { width }, '  - ')),
  ];
}

/** Which prices these are, and whether they are of the stack's own region. */
function basis({ region, prices }: CostReport): string {
  const table = `USD a month while idle, by the list prices of ${prices.region}, the oldest of ${prices.asOf}`;
  if (region === undefined)
    return `${table}; other regions have other prices, and this kit has no table of them.`;
  return region === prices.region
    ? `${table}.`
    : `${table}: this kit has no table of ${region}, whose prices differ. Take this for an order of magnitude and use the AWS Pricing Calculator for ${region}.`;
}

function agentLines(cost: AgentCost, { colours, columns }: Context): string[] {
  const { agent, hostUsd, securityUsd, idleUsd, laterUsd, unpriced, lines } = cost;
  const of = (share: Share) => lines.filter((line) => line.share === share && line.later === undefined);
  const sum = (text: string, usd: number): Cell[] => [{ text, paint: colours.bold }, '', dollars(usd)];
  const aim = securityUsd > SECURITY_AIM_USD ? ` (above ${SECURITY_AIM_USD}: see docs/COST.md)` : '';
  return [
    colours.bold(agent),
    ...table(
      [
        ...of('host').map(lineRow),
        sum('agent host and its disks', hostUsd),
        ...of('security').map(lineRow),
        sum(`security overhead${aim}`, securityUsd),
        sum(`idle${unpriced.length > 0 ? ', at least' : ''}`, idleUsd),
        ...(laterUsd > 0 ? [['more from the third year: key rotation', '', dollars(laterUsd)]] : []),
      ],
      '  ',
      columns,
    ),
    '',
  ];
}

function sharedLines({ shared, idleUsd, lowerBound }: CostReport, { colours, columns }: Context): string[] {
  return [
    colours.bold('shared by the stack'),
    ...table(
      [
        ...shared.lines.filter(({ later }) => later === undefined).map(lineRow),
        ['idle', '', dollars(shared.idleUsd)],
      ],
      '  ',
      columns,
    ),
    '',
    colours.bold(`the stack, idle: ${lowerBound ? 'at least ' : ''}${dollars(idleUsd)} USD a month`),
    '',
  ];
}

function lineRow(line: Line): Cell[] {
  return [line.what, factors(line), line.usd === undefined ? 'unknown' : dollars(line.usd)];
}

function unknownLines({ unknownTypes }: CostReport, { colours }: Context): string[] {
  return unknownTypes.length === 0
    ? []
    : [colours.yellow(`not priced, and in no total: ${unknownTypes.join(', ')}`), ''];
}
