import { isRecord, jsonIn } from '../../json';
import { isUnheard } from '../../watch/words';

/** A line of the gate (lib/warden/gate/record.ts), as it came. */
export type AuditRecord = Readonly<Record<string, unknown>> & {
  readonly record: string;
  readonly time: string;
};

/** Undefined when the line is not a record: a torn one, or not the gate's. */
export function auditRecord(line: string): AuditRecord | undefined {
  const value = jsonIn(line);
  if (!isRecord(value) || typeof value.record !== 'string' || typeof value.time !== 'string')
    return undefined;
  return Number.isNaN(Date.parse(value.time)) ? undefined : (value as AuditRecord);
}

/** What an event of warden's or of the gate's says, such as `policy 0123456789ab`. */
export function factsOf({ detail }: AuditRecord): string {
  return isRecord(detail)
    ? Object.entries(detail)
        .map((fact) => fact.join(' '))
        .join(', ')
    : '';
}

/** Whether something was kept from leaving: by a request's head, by its body, before the gate was asked, or refusals that no record has. */
export function isRefusal(record: AuditRecord): boolean {
  const { decision, end } = record;
  return decision === 'refuse' || end === 'refused' || record.record === 'omitted' || isUnheard(record);
}
