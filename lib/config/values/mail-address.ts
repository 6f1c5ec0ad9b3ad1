import { shaped } from '../finding';
import { checkExactHost } from './host-name';

const ADDRESS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9.-]+)$/;

/** AWS Budgets and SNS need one plain address, without a display name. */
export const checkMailAddress = shaped(ADDRESS, (text) => {
  const [, domain] = ADDRESS.exec(text) ?? [];
  return domain === undefined || checkExactHost(domain.toLowerCase())
    ? { message: 'is not a mail address', fix: 'write one such as "security@example.com"' }
    : undefined;
});
