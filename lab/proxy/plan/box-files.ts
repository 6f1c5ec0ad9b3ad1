import connectUnit from '../../../constructs/proxy/boot/airlock-connect.service';
import dnsUnit from '../../../constructs/proxy/boot/airlock-dns.service';
import frontUnit from '../../../constructs/proxy/boot/airlock-front.service';
import gateUnit from '../../../constructs/proxy/boot/airlock-gate.service';
import quotaUnit from '../../../constructs/proxy/boot/airlock-quota.service';
import quotaCountUnit from '../../../constructs/proxy/boot/airlock-quota-count.service';
import tmpfiles from '../../../constructs/proxy/boot/airlock-tmpfiles.conf';
import ironProxyUnit from '../../../constructs/proxy/boot/iron-proxy@.service';
import type { Cell } from './cells';

export interface BoxFile {
  readonly path: string;
  readonly text: string;
  readonly mode: string;
}

/** Where a box finds the lab's programs and Node.js. */
export const PROGRAMS = '/run/lab/dist/lab';
export const NODE = '/run/lab/node';
const UNITS = '/etc/systemd/system';
export const UNIT = `${UNITS}/iron-proxy@.service`;
/** Users that systemd-sysusers makes on a box. */
const USERS = ['iron-proxy', 'cwagent', 'haproxy', 'airlock-connect', 'airlock-dns', 'airlock-gate'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** CA of the lab's internet, for Node.js, which doesn't use the system's trust store. */
export const LAB_CERTIFICATE = '/etc/airlock/lab.crt';

/**
 * Prepares a box's root file system as its bootstrap and warden's installation do: users, directories, the unit, warden,
 * DHCP's resolvers. It trusts the CA of the lab's internet. Run once, as root, in the box.
 *
 * @param resolvers what the template's DHCP options name
 * @param labCertificate PEM of the CA of the lab's internet
 */
export function boxScript(cell: Cell, resolvers: readonly string[], labCertificate: string): string {
  const files: BoxFile[] = [
    {
      path: '/etc/airlock/box.conf',
      text: `AIRLOCK_STACK=${cell.stack}\nAIRLOCK_AGENT=${cell.agent}\nAIRLOCK_PARAMETER=${cell.boxParameter}\n`,
      mode: '644',
    },
    { path: UNIT, text: ironProxyUnit, mode: '644' },
    { path: `${UNITS}/airlock-front.service`, text: frontUnit, mode: '644' },
    { path: `${UNITS}/airlock-connect.service`, text: connectUnit, mode: '644' },
    { path: `${UNITS}/airlock-dns.service`, text: dnsUnit, mode: '644' },
    { path: `${UNITS}/airlock-quota.service`, text: quotaUnit, mode: '644' },
    { path: `${UNITS}/airlock-quota-count.service`, text: quotaCountUnit, mode: '644' },
    { path: `${UNITS}/airlock-gate.service`, text: gateUnit, mode: '644' },
    { path: '/etc/resolv.conf', text: resolvers.map((each) => `nameserver ${each}\n`).join(''), mode: '644' },
    { path: LAB_CERTIFICATE, text: labCertificate, mode: '644' },
  ];
  const warden = `/opt/airlock/warden/${cell.manifest.warden.sha256}`;
  return [
    'set -eu',
    'umask 022',
    // User numbers that no package of this machine uses.
    ...USERS.map(
      (name, index) =>
        `grep -q ^${name}: /etc/passwd || { echo ${name}:x:${64990 + index}:${64990 + index}::/:/usr/sbin/nologin >>/etc/passwd; echo ${name}:x:${64990 + index}: >>/etc/group; }`,
    ),
    'rm -f /etc/resolv.conf',
    ...files.map(
      ({ path, text, mode }) =>
        `mkdir -p "$(dirname ${path})"; cat >${path} <<'LAB_END'\n${text.replace(/\n?$/, '\n')}LAB_END\nchmod ${mode} ${path}`,
    ),
    ...directories(),
    `ln -sfn ${NODE} /opt/airlock/bin/node`,
    `mkdir -p /etc/ssl/certs && cat ${LAB_CERTIFICATE} >>${CERTIFICATES}`,
    `mkdir -p /opt/airlock/bin && ln -sfn ${NODE} /opt/airlock/bin/node`,
    `mkdir -p ${warden} && cp ${PROGRAMS}/../assets/warden.cjs ${warden}/warden.cjs`,
    `ln -sfn ${cell.manifest.warden.sha256} /opt/airlock/warden/current`,
    `rm -f /usr/bin/systemctl && cp ${PROGRAMS}/systemctl.sh /usr/bin/systemctl && chmod 755 /usr/bin/systemctl`,
    '',
  ].join('\n');
}

/** What systemd-tmpfiles makes from the kit's file: directories and empty files. */
function directories(): string[] {
  return tmpfiles.split('\n').flatMap((line) => {
    const [kind, path = '', mode = '', user = '', group = ''] = line.split(/\s+/);
    if (kind === 'd') return `install -d -m ${mode} -o ${user} -g ${group} ${path}`;
    return kind === 'f' ? `install -m ${mode} -o ${user} -g ${group} /dev/null ${path}` : [];
  });
}
