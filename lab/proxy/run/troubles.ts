import type { Trouble } from '../plan/attempt';

export const SLOT = '/var/lib/airlock/slot';
/** Unit and process of the slot in force. */
export const IRON_PROXY = `iron-proxy@$(cat ${SLOT}).service`;
const PID = `$(cat /run/iron-proxy@$(cat ${SLOT}).pid)`;
const GATE_PID = '$(cat /run/airlock-gate.pid)';
export const CONFIGS = {
  front: '/etc/airlock-front/front.cfg',
  dns: '/etc/airlock-front/dns.conf',
  quota: '/etc/airlock-front/quota.nft',
} as const;
const RELOAD_QUOTA = 'systemctl reload-or-restart airlock-quota.service';

/** What happens inside a box while warden is stopped, in shell. */
interface Happening {
  readonly cause?: string;
  readonly undo?: string;
  /** Warden starts again, and must log this. @default it stays stopped */
  readonly warden?: { readonly logs?: RegExp };
  /** Whether iron-proxy must serve: before warden starts; or not any more, after that. @default nobody waits */
  readonly serves?: boolean;
  /** It can't happen to a weakened box. */
  readonly isOfShipped?: true;
}

export const TROUBLES: Readonly<Record<Trouble, Happening>> = {
  stopped: { cause: `systemctl stop ${IRON_PROXY}\nsystemctl stop airlock-dns.service`, serves: false },
  frozen: { cause: `kill -STOP ${PID}`, undo: `kill -CONT ${PID}` },
  killed: { cause: `kill -KILL ${PID}`, serves: false },
  'disk full': {
    cause: 'mount -t tmpfs -o size=64m lab /var/log/iron-proxy && chown root:cwagent /var/log/iron-proxy',
    undo: 'umount /var/log/iron-proxy',
    ...{ warden: {}, serves: false, isOfShipped: true },
  },
  'aws unreachable': { cause: `systemctl restart ${IRON_PROXY}`, serves: true, warden: {} },
  'policy broken': { warden: { logs: /policy-/ }, isOfShipped: true },
  'small quota': {
    cause: `sed -i.lab 's/ over [0-9]* mbytes/ over 1 mbytes/' ${CONFIGS.quota} && ${RELOAD_QUOTA}`,
    undo: `mv ${CONFIGS.quota}.lab ${CONFIGS.quota} && ${RELOAD_QUOTA}`,
    isOfShipped: true,
  },
  'gate killed': { cause: `kill -KILL ${GATE_PID}`, undo: 'systemctl start airlock-gate.service' },
  'gate frozen': { cause: `kill -STOP ${GATE_PID}`, undo: `kill -CONT ${GATE_PID}` },
  // The caller floods the box from outside.
  flooded: {},
};
