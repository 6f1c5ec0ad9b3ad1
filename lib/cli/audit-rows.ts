import { fieldOf, textsOf } from '../json';
import { type AuditRecord, factsOf, isRefusal } from '../operations/audit/record';
import { MICRO } from '../policy/gate/spend/sums';
import type { Context } from './context';
import type { Cell } from './table';

/** A request with its end in one row, as far as both are there. */
export function auditRows(records: readonly AuditRecord[], { colours }: Context): Cell[][] {
  const requests = new Set(records.flatMap((each) => (each.record === 'request' ? [each.id] : [])));
  const ends = new Map(records.flatMap((each) => (each.record === 'end' ? [[each.id, each]] : [])));
  return records
    .filter(({ record, id }) => record !== 'end' || !requests.has(id))
    .map((record) => {
      const end = record.record === 'request' ? ends.get(record.id) : undefined;
      const isRefused = isRefusal(record) || (end !== undefined && isRefusal(end));
      const isAllowed = record.record === 'request' && !isRefused;
      return [
        record.time,
        {
          text: isRefused ? 'refused' : isAllowed ? 'allowed' : record.record,
          paint: isRefused ? colours.red : isAllowed ? colours.green : colours.dim,
        },
        text(end ?? record, 'rule') || text(record, 'rule') || whoDid(record) || '-',
        whatOf(record),
        outcomeOf(record, end),
      ];
    });
}

function whoDid(record: AuditRecord): string {
  const by = fieldOf(record.detail, 'by');
  return text(record, 'by') || (typeof by === 'string' ? by : '');
}

function whatOf(record: AuditRecord): string {
  if (record.record === 'event') return text(record, 'event');
  if (record.record === 'signal') return text(record, 'signal');
  if (record.record === 'charge') return text(record, 'model');
  if (record.record !== 'request') return text(record, 'id') || text(record, 'name');
  const query = Array.isArray(record.query) && record.query.length > 0 ? '?...' : '';
  return `${text(record, 'method')} ${text(record, 'host')}${text(record, 'path')}${query}`;
}

function outcomeOf(record: AuditRecord, end: AuditRecord | undefined): string {
  const told = end ?? record;
  switch (told.record) {
    case 'end':
      return [
        `${text(told, 'end')} ${text(told, 'status')}`.trim(),
        `${text(told, 'ms')} ms`,
        text(told, 'reason'),
      ]
        .filter((part) => part !== '')
        .join(', ');
    case 'request':
      return told.decision === 'refuse' ? `${text(told, 'status')}: ${text(told, 'reason')}` : 'no end yet';
    case 'omitted':
      return `${text(told, 'omitted')} refusals without a record: ${text(told, 'reason')}`;
    case 'event':
      return factsOf(told);
    case 'signal':
      return `${text(told, 'saw')}${told.count === 1 ? '' : `, ${text(told, 'count')} times`}`;
    case 'charge':
      return `at most ${(Number(told.microUsd) / MICRO).toFixed(4)} USD`;
    case 'spend':
      return spendOf(told);
    case 'chain':
      return `begins on box ${text(told, 'box')} (${text(told, 'why')})`;
    case 'connection':
      return `${text(told, 'end')}, ${text(told, 'in')} bytes in, ${text(told, 'out')} out, ${text(told, 'ms')} ms`;
    case 'grant':
      return `${text(told, 'event')}, until ${text(told, 'until')}, by ${text(told, 'by')}: ${text(told, 'because')}`;
    default:
      return [...textsOf(told.notes), text(told, 'reason')].filter((part) => part !== '').join('; ');
  }
}

function spendOf(record: AuditRecord): string {
  if (record.event === 'day')
    return `${text(record, 'monthUsd')} USD this month before ${text(record, 'before')}`;
  return `${text(record, 'percent')} % of ${text(record, 'limitUsd')} USD a ${text(record, 'period')}`;
}

function text(record: AuditRecord, name: string): string {
  const value = fieldOf(record, name);
  return value === null || value === undefined ? '' : String(value);
}
