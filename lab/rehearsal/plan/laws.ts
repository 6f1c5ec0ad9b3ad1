import type { Proof } from '../../proof/proof';

/** The boot in which a law is judged. */
export type BootName = 'first' | 'reboot' | 'changed' | 'rebuild' | 'wrong' | 'damaged';

/** A law of the agent host's boot, and the machine in which it must fail. */
type Law = Proof<BootName>;

const law = (
  id: string,
  group: string,
  run: BootName,
  title: string,
  mustFailIn: string,
  rule = 'BOOT',
): Law => ({ id, law: rule, group, title, run, mustFailIn: [mustFailIn] });

const REFUSED = 'is refused on the console and in the journal, and the agent stays off';

/** What a rehearsal shows. */
export const LAWS = {
  R01: law(
    'R01',
    'network',
    'first',
    'resolver and certificate are in place before the first connection',
    "a machine that keeps DHCP's resolvers and calls an unknown host",
    'NET-3',
  ),
  R02: law(
    'R02',
    'network',
    'first',
    'without its proxy box the agent waits and says so; with it, the agent starts',
    'a machine that does not wait for the proxy box',
  ),
  R03: law(
    'R03',
    'state volume',
    'rebuild',
    'the state volume is formatted once; after a rebuild it is mounted with its data',
    'a rebuilt machine with a blank volume',
    'VOL-2',
  ),
  R04: law(
    'R04',
    'machine',
    'first',
    "the agent's unit runs as its own user, with the limits of the configuration",
    'a unit without user and slice',
  ),
  R05: law(
    'R05',
    'machine',
    'reboot',
    'after a reboot everything runs again',
    'a reboot with a damaged state volume',
  ),
  R06: law(
    'R06',
    'machine',
    'changed',
    'after a stop and start, changed user data is in force on the same instance',
    'a reboot with unchanged user data',
    'CHG-1',
  ),
  R07: law(
    'R07',
    'machine',
    'first',
    'only loopback and sshd listen',
    'a web server on every address',
    'NET-5',
  ),
  R08: law(
    'R08',
    'machine',
    'first',
    'cloud-init finishes without an error',
    'a script that ends with an error',
  ),
  R09: law('R09', 'machine', 'first', 'no unit fails', 'a unit that fails'),
  R10: law('R10', 'state volume', 'damaged', `a damaged state volume ${REFUSED}`, 'an undamaged volume'),
  R11: law('R11', 'machine', 'wrong', `an image of another Debian release ${REFUSED}`, 'the right release'),
  R12: law(
    'R12',
    'runtime',
    'first',
    'a package that is missing, refused, cut short or different is reported and fetched again; the agent stays off until the pinned one arrives',
    'an installation that compares no digest',
  ),
  R13: law('R13', 'state volume', 'rebuild', `a full state volume ${REFUSED}`, 'a volume with free space'),
  R14: law(
    'R14',
    'network',
    'first',
    'an allowed request passes the proxy box by name, with its secret; another request does not',
    "a machine that keeps DHCP's resolvers",
    'SEC-2',
  ),
  R15: law(
    'R15',
    'runtime',
    'rebuild',
    "a configuration that the runtime rejects is refused with the runtime's own message, and the agent stays off",
    'a configuration that the runtime accepts',
  ),
  R16: law('R16', 'runtime', 'rebuild', `a skill that differs from the listed one ${REFUSED}`, 'no skill'),
} as const;

export type LawId = keyof typeof LAWS;
