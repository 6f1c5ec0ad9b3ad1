import type { Listener, Sight } from '../sight';
import { all, type Judgement } from './check';

const text = ({ protocol, address, port, program }: Listener) =>
  `${program} on ${protocol} ${address}:${port}`;

/** R07: nothing listens but loopback, sshd, and the DHCP client that the address came from. */
export function quiet({ listening }: Sight): Judgement {
  const open = listening.filter(({ address }) => !/^(127\.|::1$)/.test(address));
  const allowed = ({ program, protocol, port }: Listener) =>
    (program === 'sshd' && port === '22') ||
    (program.startsWith('systemd-network') && protocol === 'udp' && port === '68');
  const others = open.filter((each) => !allowed(each));
  return all(
    `${listening.length} sockets, past loopback: ${[...new Set(open.map(text))].join(', ')}`,
    [others.length === 0, `also: ${others.map(text).join(', ')}`],
    [open.some(({ program }) => program === 'sshd'), 'sshd does not listen: nobody could log in'],
  );
}

/** What Debian 12's cloud-init says of its own network setup at each first boot, before there is user data. */
const OF_ITS_OWN = /activators\.py\[WARNING\]: Running \['netplan', 'apply'\] resulted in stderr output/;

/** R08: cloud-init came to its end without an error or a warning. */
export function cloudInit({ cloud: { status, errors } }: Sight): Judgement {
  const others = errors.filter((line) => !OF_ITS_OWN.test(line));
  return all(
    `status ${status}, no errors, no warnings`,
    [status === 'done', `status ${status}`],
    [others.length === 0, others.slice(0, 2).join('; ').slice(0, 300)],
  );
}

/** R09: no unit failed. */
export function units({ failed }: Sight): Judgement {
  return all('no failed unit', [failed.length === 0, `failed: ${failed.join(', ')}`]);
}
