import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { plain, request, secure, tunnel } from '../plan/attempt';
import { FLOOD, journalFault, journalParts } from '../plan/journal-lines';
import { parsePolicy } from '../plan/policy';
import type { RecordCheck, RecordId } from '../plan/record-checks';
import { accountFault, auditLines, refusalFault, strayFault } from '../plan/records';
import { ATTACKER } from '../plan/target';
import type { Use, UseResult } from '../plan/use';
import { secretFile } from '../plan/variants';
import { witnessFault } from '../plan/witnesses';
import type { Note } from './attempts';
import type { Box, Log } from './box';
import type { Deployment } from './deployment';
import { runUses } from './legitimate';

/** Milliseconds between two looks for a line: it is written after its answer has been sent. */
const STEP = 50;
const KEY = '/etc/iron-proxy/ca.key';
/** The only places of a box's own secrets. */
const PLACES = {
  'the key of the authority': new RegExp(`^${KEY}$`),
} as const;

export interface RecordsRun {
  readonly deployment: Deployment;
  /** Whose records are checked. */
  readonly boxes: readonly Box[];
  readonly uses: readonly Use[];
  readonly scratch: string;
  readonly checks: readonly RecordCheck[];
  /** How long a line may take to be written, in milliseconds. */
  readonly patience: number;
  /** Values of every secret of the run, by parameter. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * 1. Notes where each box's logs end.
 * 2. Runs legitimate traffic.
 * 3. Checks what the boxes recorded of it, of refused requests, and of secrets.
 *
 * @param note told what each record check showed
 * @returns what came of the traffic, by id
 */
export async function runRecords(
  { deployment, boxes, uses, scratch, checks, patience, secrets }: RecordsRun,
  note: Note,
  done: () => void,
): Promise<ReadonlyMap<string, UseResult>> {
  const starts = new Map<string, number>();
  const keyOf = (box: Box, log: Log) => `${log} ${box.cell.agent}`;
  for (const box of boxes)
    for (const log of ['audit', 'gate', 'front', 'journal'] as const)
      starts.set(keyOf(box, log), (await box.log(log)).end);
  const newLines = async (box: Box, log: Log) => (await box.log(log, starts.get(keyOf(box, log)))).lines;
  const linesOf = async (box: Box) => auditLines(await newLines(box, 'audit'));
  const results = await runUses(deployment, uses, scratch, done);
  const sentBy = ({ cell }: Box) =>
    uses.flatMap(({ id, agent }) => (agent === cell.agent ? (results.get(id)?.requests ?? []) : []));
  const faultsIn: Record<RecordId, (box: Box) => Promise<string | undefined>> = {
    Y30: (box) =>
      lastFault(patience, async () => accountFault(sentBy(box), await linesOf(box), Object.keys(secrets))),
    Y31: async (box) => {
      const marks = await refusals(deployment, box);
      return lastFault(patience, async () => refusalFault(marks, await linesOf(box)));
    },
    Y33: async (box) => {
      const marks = await refusals(deployment, box);
      return lastFault(patience, async () =>
        witnessFault(sentBy(box), marks, {
          gate: await newLines(box, 'gate'),
          front: await newLines(box, 'front'),
        }),
      );
    },
    Y34: async (box) => {
      const mark = await sendJournal(deployment, box);
      return lastFault(patience, async () => {
        const [kept = [], ...others] = await Promise.all(
          (['journal', 'audit', 'gate', 'front'] as const).map((log) => newLines(box, log)),
        );
        return journalFault(mark, kept, others.flat());
      });
    },
    Y32: async (box) => strayFault(await box.search({ ...secrets, ...(await ownValues(box)) }), PLACES),
  };
  for (const { id } of checks) {
    const found = await Promise.all(boxes.map(async (box) => ({ box, fault: await faultsIn[id](box) })));
    const first = found.find(({ fault }) => fault !== undefined);
    note(
      id,
      first === undefined
        ? { result: 'held', saw: 'as it should be' }
        : { result: 'failed', saw: `${first.box.cell.agent}: ${first.fault}` },
    );
  }
  return results;
}

/** Writes the secrets of a box's agent, and its authority's key, into files of the box. @returns removes them */
export async function secretsInFiles(
  box: Box,
  secrets: Readonly<Record<string, string>>,
): Promise<() => Promise<string>> {
  const files = box.cell.parameters.map((name) => ({ path: secretFile(name), value: secrets[name] ?? '' }));
  const key = secretFile('key');
  const writes = files.map(({ path, value }) => `printf %s '${value}' >'${path}'`);
  await box.shell([...writes, `cp ${KEY} ${key}`].join('\n'));
  return () => box.shell(`rm -f ${[...files.map(({ path }) => `'${path}'`), key].join(' ')}`);
}

/** @returns the fault that is still there after so many milliseconds */
async function lastFault(
  patience: number,
  faultNow: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const deadline = Date.now() + patience;
  let fault = await faultNow();
  while (fault !== undefined && Date.now() < deadline) {
    await pause(STEP);
    fault = await faultNow();
  }
  return fault;
}

/** Sends requests that no rule allows. @returns the mark of each, which is in its host or path */
async function refusals(deployment: Deployment, { cell, address: own }: Box): Promise<string[]> {
  const {
    allow: [rule],
    connect,
  } = parsePolicy(cell.policy);
  const box = { own };
  const unnamed = (mark: string) => `${mark}.${ATTACKER}`;
  const byName = (mark: string) => secure(box, unnamed(mark), request('GET', '/', unnamed(mark)));
  const byConnect = (mark: string) =>
    tunnel(box, `${unnamed(mark)}:443`, unnamed(mark), request('GET', '/', unnamed(mark)));
  const byMethod = (host: string) => (mark: string) => secure(box, host, request('PURGE', `/${mark}`, host));
  const asks = [
    byName,
    ...(connect ? [byConnect] : []),
    ...(rule === undefined ? [] : [byMethod(rule.host)]),
  ];
  const marks = asks.map(() => `refused-${randomBytes(6).toString('hex')}`);
  await Promise.all(
    asks.map((ask, index) =>
      deployment.ask(cell.agent, { do: 'exchange', ...ask(marks[index] ?? '').exchange }),
    ),
  );
  return marks;
}

/** Sends journals as an agent host would that wants to forge or flood. @returns the mark in each */
async function sendJournal(deployment: Deployment, { cell, address: own }: Box): Promise<string> {
  const mark = `journal-${randomBytes(6).toString('hex')}`;
  const post = (body: string) =>
    deployment.ask(cell.agent, {
      do: 'exchange',
      ...plain({ own }, 80, request('POST', '/journal', own, { body })).exchange,
    });
  const { forged, oversize } = journalParts(mark);
  await post(forged);
  await post(oversize);
  await Promise.all(Array.from({ length: FLOOD }, (_, index) => post(`flood ${mark} ${index}`)));
  return mark;
}

/** Secrets that only the box itself may have. */
async function ownValues(box: Box): Promise<Record<keyof typeof PLACES, string>> {
  const key = await box.shell(`sed -n 2p ${KEY}`);
  return { 'the key of the authority': key.trim() };
}
