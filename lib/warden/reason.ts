/** Why a box isn't healthy. Codes are stable: alarms and runbooks name them. */
export const REASONS = {
  'aws-unreadable': 'parameters could not be read',
  'manifest-invalid': 'the box parameter is not a manifest this warden understands',
  'manifest-foreign': 'the box parameter belongs to another agent',
  'policy-incomplete': 'the policy parameters do not add up to the digest in the manifest',
  'policy-invalid': 'the policy breaks a rule that holds whatever it says',
  'policy-refused': 'iron-proxy refused the policy',
  'ca-unusable': 'the certificate authority is missing or does not fit its key',
  'front-refused': 'a program of the front refused its configuration; the last good one stays in force',
  'front-down': 'a program of the front does not run, so requests do not reach iron-proxy',
  'quota-used': 'the agent has used up its bytes of the day, so the front refuses more until midnight (UTC)',
  'disk-full': 'records could not be written, so iron-proxy is stopped',
  'audit-stalled': 'records are not reaching the log group',
  'audit-backlog':
    'too many records wait for the log group or the archive, so iron-proxy is stopped until they are sent',
  'gate-down': 'the gate does not answer, so every request is refused',
  'records-failing': 'the gate cannot write its records, so it refuses every request',
  'iron-proxy-unpinned': 'no iron-proxy release is pinned: run `airlock software pin` and deploy',
  'iron-proxy-unavailable': 'the pinned iron-proxy could not be installed',
  'iron-proxy-rolled-back': 'the pinned iron-proxy did not become healthy; the one before it runs',
  'iron-proxy-down': 'iron-proxy does not answer',
  'warden-unavailable': 'the wanted warden could not be fetched',
  'warden-rolled-back': 'the wanted warden did not become healthy; the one before it runs',
  'system-rolled-back': 'the pinned release of Amazon Linux did not prove itself; the one before it runs',
  'system-outdated': 'the update window passed and the pinned release of Amazon Linux does not run',
  'system-broken':
    'an upgrade of Amazon Linux could neither be finished nor undone, so iron-proxy is stopped',
  'internal-error': 'warden met an error it did not expect',
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  /** Never holds a secret: paths of settings, AWS error codes, iron-proxy's own words cut short. */
  readonly detail: string;
}

const DETAIL_LIMIT = 500;

export function reason(code: ReasonCode, detail = ''): Reason {
  return { code, detail: asciiLine(detail) };
}

/** One line of printable ASCII, cut to a length: details quote text that others wrote. */
export function asciiLine(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line.length > DETAIL_LIMIT ? `${line.slice(0, DETAIL_LIMIT)}...` : line;
}
