import type { Finding } from '../finding';
import { checkExactHost } from './host-name';

/** What Budgets and SNS deliver to: one plain address, without a display name. */
export function checkMailAddress(text: string): Finding | undefined {
  const [, domain] = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9.-]+)$/.exec(text) ?? [];
  return domain === undefined || checkExactHost(domain.toLowerCase())
    ? { message: 'is not a mail address', fix: 'write one such as "security@example.com"' }
    : undefined;
}
