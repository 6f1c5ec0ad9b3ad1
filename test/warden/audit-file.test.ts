import { sentBytes } from '../../lib/warden/audit-file';

describe('how much of the audit file CloudWatch has', () => {
  test.each([
    ['nothing known', undefined, 0],
    ['an empty file', '', 0],
    ['an older agent: the offset alone', '4096\n/var/log/iron-proxy/audit.log', 4096],
    ['one range from the beginning', '4096\n/var/log/iron-proxy/audit.log\n0-4096', 4096],
    ['a gap: only what is whole counts', '9000\n/var/log/iron-proxy/audit.log\n0-4096,5000-9000', 4096],
    ['nothing from the beginning', '9000\n/var/log/iron-proxy/audit.log\n5000-9000', 0],
    ['garbage', 'x\ny\nz', 0],
    ['a number that is none', '99999999999999999999\n', 0],
  ])('%s', (_, state, bytes) => {
    expect(sentBytes(state)).toBe(bytes);
  });
});
