import { type Check, matching } from '../finding';

/** An id that AWS gave, such as `vpc-0123456789abcdef0`. */
export function checkId(prefix: string, what: string): Check {
  const shape = new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);
  return matching(shape, `is not the id of ${what}`, `write one such as "${prefix}-0123456789abcdef0"`);
}

/** Allowed both by the bootstrap template and in a bucket's name. */
export const checkQualifier = matching(
  /^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/,
  'must be 1 to 10 of a-z, 0-9 and "-", which neither begins nor ends it',
  'write the --qualifier that the account was bootstrapped with',
);

export const checkBoundary = matching(
  /^arn:aws:iam::(?:\d{12}|aws):policy\/(?:[!-~]{1,510}\/)?[\w+=,.@-]{1,128}$/,
  'is not the ARN of an IAM policy',
  'write one such as "arn:aws:iam::123456789012:policy/boundary"',
);

/** The account of an ARN; `aws` for a policy of AWS's own. */
export function accountOf(arn: string): string | undefined {
  return arn.split(':')[4];
}

export function regionOf(arn: string): string | undefined {
  return arn.split(':')[3];
}
