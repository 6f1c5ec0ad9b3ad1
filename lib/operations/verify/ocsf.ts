import type { VerifyLine, VerifyResult } from '../verify';

type Verified = Extract<VerifyResult, { readonly lines: unknown }>;

/** Numbers and names of OCSF 1.3, class Compliance Finding (schema.ocsf.io, class 2003). */
const STATUS = {
  pass: { id: 1, name: 'Pass', severity: 1 },
  fail: { id: 3, name: 'Fail', severity: 4 },
  'not applicable': { id: 99, name: 'Not applicable', severity: 1 },
  'no answer': { id: 0, name: 'Unknown', severity: 3 },
  gap: { id: 2, name: 'Warning', severity: 2 },
} as const;

/** Each check as a finding that a SIEM takes: Amazon Security Lake and others read OCSF. */
export function ocsfFindings({ lines, ...of }: Verified, version: string): object[] {
  return lines.map((line) => finding(line, of, version));
}

function finding(line: VerifyLine, of: Omit<Verified, 'lines'>, version: string): object {
  const { id, title, agent, invariants, result, reason } = line;
  const { stack, account, region, at } = of;
  const where = agent === undefined ? stack : `${stack}/${agent}`;
  const status = STATUS[result];
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200301,
    time: Date.parse(at),
    severity_id: status.severity,
    severity: ['', 'Informational', 'Low', 'Medium', 'High'][status.severity],
    status_id: 1,
    status: 'New',
    message: reason,
    metadata: {
      version: '1.3.0',
      product: { name: 'Agent Airlock', vendor_name: 'Agent Airlock', version },
    },
    finding_info: { uid: `${account}/${region}/${where}/${id}`, title, desc: reason },
    compliance: {
      control: id,
      requirements: invariants,
      standards: ['Agent Airlock invariants'],
      status_id: status.id,
      status: status.name,
    },
    resources: [{ uid: where, type: agent === undefined ? 'stack' : 'agent', region }],
    cloud: { provider: 'AWS', region, account: { uid: account } },
    ...('fix' in line && { remediation: { desc: line.fix } }),
  };
}
