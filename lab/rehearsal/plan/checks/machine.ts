import { all, type Observation } from '../../../proof/proof';
import type { Inspection, Listener } from '../inspection';

const text = ({ protocol, address, port, program }: Listener) =>
  `${program} on ${protocol} ${address}:${port}`;

/** R07: only loopback, sshd and the DHCP client listen. */
export function quiet({ listening }: Inspection): Observation {
  const open = listening.filter(({ address }) => !/^(127\.|::1$)/.test(address));
  const allowed = ({ program, protocol, port }: Listener) =>
    (program === 'sshd' && port === '22') ||
    (program.startsWith('systemd-network') && protocol === 'udp' && port === '68');
  const others = open.filter((each) => !allowed(each));
  return all(
    `${listening.length} sockets; outside loopback: ${[...new Set(open.map(text))].join(', ')}`,
    [others.length === 0, `others: ${others.map(text).join(', ')}`],
    [open.some(({ program }) => program === 'sshd'), 'sshd does not listen: nobody could log in'],
  );
}

/** Debian 12's cloud-init logs this about its own network setup at each first boot, before it has user data. */
const OWN_NETWORK_SETUP =
  /activators\.py\[WARNING\]: Running \['netplan', 'apply'\] resulted in stderr output/;

/** R08: cloud-init finished without an error or a warning. */
export function cloudInit({ cloud: { status, errors } }: Inspection): Observation {
  const others = errors.filter((line) => !OWN_NETWORK_SETUP.test(line));
  return all(
    `status ${status}, no errors, no warnings`,
    [status === 'done', `status ${status}`],
    [others.length === 0, others.slice(0, 2).join('; ').slice(0, 300)],
  );
}

/** R09: no unit failed. */
export function units({ failed }: Inspection): Observation {
  return all('no failed unit', [failed.length === 0, `failed: ${failed.join(', ')}`]);
}
