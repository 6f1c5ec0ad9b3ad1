import { MODEL_SPEND } from '../../constructs/names';
import { fieldOf, textsOf } from '../json';
import type { Machine } from './machine';
import type { Seen } from './seen';
import { quoted } from './words';

export interface EventContext {
  readonly stack: string;
  readonly agents: readonly string[];
  readonly machines: readonly Machine[];
  /** From which proxy boxes without a public address of their own call AWS. @default nobody knows it */
  readonly natAddress?: string;
}

/** Signals in an event of Amazon EventBridge. */
export function seenInEvent(event: unknown, context: EventContext): Seen[] {
  const kind = fieldOf(event, 'detail-type');
  const at = Date.parse(String(fieldOf(event, 'time')));
  const detail = fieldOf(event, 'detail');
  const read = typeof kind === 'string' && Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  if (read === undefined || Number.isNaN(at)) return [];
  return read(detail, context).map((seen) => ({ ...seen, at }));
}

type Reader = (detail: unknown, context: EventContext) => Omit<Seen, 'at'>[];

const READERS: Readonly<Record<string, Reader>> = {
  'Parameter Store Change': parameterChanged,
  'AWS API Call via CloudTrail': secretRead,
  'Backup Job State Change': backupFailed,
  'EC2 Instance State-change Notification': machineDown,
};

/** The agent of a parameter, by its name or ARN, and what it is. */
function parameterOf(name: string, { stack, agents }: EventContext) {
  const path = name.includes(':parameter/') ? name.slice(name.indexOf(':parameter/') + 10) : name;
  const [empty, first, agent = '', ...rest] = path.split('/');
  const isOurs = empty === '' && first === stack && agents.includes(agent) && rest.length > 0;
  return isOurs ? { agent, what: rest.join('/') } : undefined;
}

function parameterChanged(detail: unknown, context: EventContext) {
  const parameter = parameterOf(String(fieldOf(detail, 'name')), context);
  // A drill writes its day there, and a containment who asked for it: people are told of both. Proxy boxes reserve money.
  if (parameter === undefined || ['containment', 'drill', MODEL_SPEND].includes(parameter.what)) return [];
  const saw = `${quoted(parameter.what)}: ${quoted(fieldOf(detail, 'operation'))}`;
  return [{ signal: 'parameter-changed', agent: parameter.agent, saw } as const];
}

/** A read with decryption, allowed or not, by anybody but the agent's proxy box from its own address or the NAT gateway's. */
function secretRead(detail: unknown, context: EventContext) {
  const asked = fieldOf(detail, 'requestParameters');
  const names = [fieldOf(asked, 'name'), fieldOf(asked, 'path')].filter((name) => typeof name === 'string');
  const parameters = [...textsOf(fieldOf(asked, 'names')), ...names].map((name) => ({
    name,
    ...parameterOf(name, context),
  }));
  const arn = String(fieldOf(detail, 'userIdentity', 'arn'));
  const from = String(fieldOf(detail, 'sourceIPAddress'));
  const box = context.machines.find(({ id, part }) => part === 'proxy-box' && arn.endsWith(`/${id}`));
  // Whoever assumes a role chooses the end of its ARN. Only credentials of a machine's metadata service have this field.
  const isMachine = fieldOf(detail, 'userIdentity', 'sessionContext', 'ec2RoleDelivery') !== undefined;
  const isBox =
    box !== undefined && isMachine && [undefined, from].includes(box.publicAddress ?? context.natAddress);
  const denied = fieldOf(detail, 'errorCode');
  const who = `${quoted(arn)} from ${quoted(from)}${denied === undefined ? '' : `, and got ${quoted(denied)}`}`;
  const byPath = fieldOf(asked, 'path') !== undefined;
  return parameters
    .filter(({ agent }) => (agent === undefined ? byPath : !(isBox && box.agent === agent)))
    .map(({ agent, name, what }) => ({
      signal: 'secret-read' as const,
      agent,
      saw: `${quoted(what ?? `everything below ${name}`)} by ${who}`,
    }));
}

function backupFailed(detail: unknown, { machines }: EventContext) {
  const volume = String(fieldOf(detail, 'resourceArn')).split('/').at(-1) ?? '';
  const agent = machines.find(({ volumes }) => volumes.includes(volume))?.agent;
  const saw = `the backup of ${quoted(volume)}: ${quoted(fieldOf(detail, 'state'))}, ${quoted(fieldOf(detail, 'statusMessage'))}`;
  return [{ signal: 'backup-failed', agent, saw } as const];
}

function machineDown(detail: unknown, { machines }: EventContext) {
  const id = fieldOf(detail, 'instance-id');
  const machine = machines.find((each) => each.id === id);
  if (machine === undefined) return [];
  const saw = `the ${machine.part.replace('-', ' ')} ${machine.id}: ${quoted(fieldOf(detail, 'state'))}`;
  return [{ signal: 'machine-down', agent: machine.agent, saw } as const];
}
