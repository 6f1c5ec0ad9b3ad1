import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, oldPrices } from '../../lib/operations/check';
import { directoryWith, warningsOf } from './directory';

const BASE = join(__dirname, '../fixtures/config/base');
const agent = readFileSync(join(BASE, 'agents/scout.yaml'), 'utf8');
const stack = readFileSync(join(BASE, 'airlock.yaml'), 'utf8');
const budgetWarnings = (files: Record<string, string>) =>
  warningsOf(directoryWith(files)).filter((warning) => /budget|instanceType/.test(warning));
const withBudget = (budget: string) =>
  budgetWarnings({ 'agents/scout.yaml': agent.replace('budget: { monthlyUsd: 160 }', `budget: ${budget}`) });

test('COST-1 a budget well above the idle cost is no warning', () => {
  expect(budgetWarnings({})).toEqual([]);
});

test('COST-1 a budget below the idle cost is a warning that says how much is enough', () => {
  expect(withBudget('{ monthlyUsd: 50 }')).toEqual([
    expect.stringMatching(
      /^agents\/scout\.yaml:16:23 budget\.monthlyUsd: 50 is below the idle cost of about \d+ USD a month, so its alerts come every month: raise it to \d+ or more, or alert at higher percentages; "npx airlock cost scout" shows what costs how much$/,
    ),
  ]);
});

test('COST-1 an alert below the idle cost is a warning, and none once it lies above', () => {
  const [warning = ''] = withBudget('{ monthlyUsd: 100, alertsAtPercent: [50, 100] }');
  expect(warning).toMatch(/100 alerts first at 50 %, which is below the idle cost of about \d+ USD a month/);
  const enough = /raise it to (\d+)/.exec(warning)?.[1];
  expect(withBudget(`{ monthlyUsd: ${enough}, alertsAtPercent: [50, 100] }`)).toEqual([]);
  expect(withBudget('{ monthlyUsd: 100, alertsAtPercent: [90, 100] }')).toEqual([]);
});

test("COST-1 the stack's budget is compared with the whole stack", () => {
  const low = budgetWarnings({
    'airlock.yaml': stack.replace('300', '100'),
    'agents/scout.yaml': agent.replace('monthlyUsd: 160', 'monthlyUsd: 100, alertsAtPercent: [90]'),
  });
  expect(low).toEqual([
    expect.stringMatching(/^airlock\.yaml:12:23 budget\.monthlyUsd: 100 alerts first at 50 %/),
  ]);
});

test('COST-1 an instance type without a price is a warning: its budget is not judged', () => {
  const [warning] = budgetWarnings({ 'agents/scout.yaml': agent.replace('t4g.large', 'z9g.large') });
  expect(warning).toMatch(
    /^agents\/scout\.yaml:5:23 host\.instanceType: "z9g\.large" has no price in the table of us-east-1/,
  );
});

describe('a price table that is a year old', () => {
  const warned = (day: string) => {
    const checked = check(directoryWith(), new Date(day));
    return checked.reason === 'sound'
      ? checked.warnings.filter(({ file }) => file.endsWith('prices.json'))
      : [];
  };

  test('is a warning of check, and a younger one is none', () => {
    expect(warned('2027-01-01')).toEqual([]);
    expect(warned('2027-06-01')).toEqual(oldPrices(new Date('2027-06-01')));
    expect(warned('2027-06-01')[0]?.message).toBe(
      'holds prices of 2026-03-14, 444 days ago, and budgets are compared with them',
    );
  });
});
