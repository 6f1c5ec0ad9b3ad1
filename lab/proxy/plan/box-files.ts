import tmpfiles from '../../../constructs/proxy/boot/airlock-tmpfiles.conf';
import ironProxyUnit from '../../../constructs/proxy/boot/iron-proxy.service';
import type { Cell } from './cells';

export interface BoxFile {
  readonly path: string;
  readonly text: string;
  readonly mode: string;
}

/** Where a box finds the programs that its namespace brings along. */
export const PROGRAMS = '/run/lab/dist/lab';
export const NODE = '/run/lab/node';
export const UNIT = '/etc/systemd/system/iron-proxy.service';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** The authority of the lab's internet, for Node.js, which has roots of its own. */
export const LAB_CERTIFICATE = '/etc/airlock/lab.crt';

/**
 * Makes a box's root what its bootstrap and warden's install would have made it, as far as warden and iron-proxy look:
 * users, directories, the unit, warden itself, DHCP's resolvers, and trust in the lab's internet in place of the
 * world's. Run once, as root, inside the box.
 *
 * @param resolvers what the template's DHCP options name
 * @param labCertificate PEM of the lab's internet's authority
 */
export function boxScript(cell: Cell, resolvers: readonly string[], labCertificate: string): string {
  const files: BoxFile[] = [
    {
      path: '/etc/airlock/box.conf',
      text: `AIRLOCK_STACK=${cell.stack}\nAIRLOCK_AGENT=${cell.agent}\nAIRLOCK_PARAMETER=${cell.boxParameter}\n`,
      mode: '644',
    },
    { path: UNIT, text: ironProxyUnit, mode: '644' },
    { path: '/etc/resolv.conf', text: resolvers.map((each) => `nameserver ${each}\n`).join(''), mode: '644' },
    { path: LAB_CERTIFICATE, text: labCertificate, mode: '644' },
  ];
  const warden = `/opt/airlock/warden/${cell.manifest.warden.sha256}`;
  return [
    'set -eu',
    'umask 022',
    // Numbers that no package of this machine has.
    'grep -q ^iron-proxy: /etc/passwd || echo iron-proxy:x:64990:64990::/:/usr/sbin/nologin >>/etc/passwd',
    'grep -q ^iron-proxy: /etc/group || printf "iron-proxy:x:64990:\\ncwagent:x:64991:\\n" >>/etc/group',
    'rm -f /etc/resolv.conf',
    ...files.map(
      ({ path, text, mode }) =>
        `mkdir -p "$(dirname ${path})"; cat >${path} <<'LAB_END'\n${text.replace(/\n?$/, '\n')}LAB_END\nchmod ${mode} ${path}`,
    ),
    ...directories(),
    `mkdir -p /etc/ssl/certs && cat ${LAB_CERTIFICATE} >>${CERTIFICATES}`,
    `mkdir -p ${warden} && cp ${PROGRAMS}/../assets/warden.cjs ${warden}/warden.cjs`,
    `ln -sfn ${cell.manifest.warden.sha256} /opt/airlock/warden/current`,
    `rm -f /usr/bin/systemctl && cp ${PROGRAMS}/systemctl.sh /usr/bin/systemctl && chmod 755 /usr/bin/systemctl`,
    '',
  ].join('\n');
}

/** What systemd-tmpfiles would make of the kit's own file: its directories and empty files. */
function directories(): string[] {
  return tmpfiles.split('\n').flatMap((line) => {
    const [kind, path = '', mode = '', user = '', group = ''] = line.split(/\s+/);
    if (kind === 'd') return `install -d -m ${mode} -o ${user} -g ${group} ${path}`;
    return kind === 'f' ? `install -m ${mode} -o ${user} -g ${group} /dev/null ${path}` : [];
  });
}
