import { LEAST_DAYS } from '../../baseline/learn';
import { namedUse } from '../../baseline/use';
import type { Usual } from '../../config/model';
import { learnUse, type RatifyResult, ratify } from '../../operations/baseline';
import { command, group } from '../command';
import { sinceOption } from '../duration';
import { AWS_OPTIONS, configOf, type SinceOptions } from '../options';
import { orError, respond } from '../respond';
import { table } from '../table';
import { withRecords } from '../with-airlock';

/** The usual number of a day. */
const aDay = (usual: Usual | undefined) =>
  usual === undefined ? '-' : new Intl.NumberFormat('en-US').format(Math.round(Math.expm1(usual.day)));

const views = orError<RatifyResult>({
  lines: (result, { columns }) => {
    const { agent, learned, before } = result;
    const rules = [...new Set([...Object.keys(learned.rules), ...Object.keys(before?.rules ?? {})])].sort();
    const rows = rules.map((rule) => [
      namedUse(rule),
      aDay(learned.rules[rule]?.requests),
      before ? aDay(before.rules[rule]?.requests) : '',
      aDay(learned.rules[rule]?.uploadKiB),
      before ? aDay(before.rules[rule]?.uploadKiB) : '',
    ]);
    return [
      `${agent}: the usual of ${learned.days} days from ${learned.from} on${before ? `, and the ratified one, from ${before.from} on` : ''}`,
      ...table(
        [
          ['rule', 'requests a day', before ? 'ratified' : '', 'KiB out a day', before ? 'ratified' : ''],
          ...rows,
        ],
        '  ',
        columns,
      ),
      ...(result.reason === 'learned'
        ? [`nothing was changed; to make it the baseline: airlock baseline ratify ${agent}`]
        : []),
      ...(result.reason === 'ratified'
        ? ['baselines.lock.json says so now: review it, commit it, deploy']
        : []),
      ...(result.reason === 'current' ? ['baselines.lock.json said so already'] : []),
    ];
  },
});

const reading = (name: 'show' | 'ratify', summary: string, description: string) =>
  command(`${name} <agent>`, {
    summary,
    description,
    options: [sinceOption('28d'), ...AWS_OPTIONS],
    notes: 'Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md).',
    examples: [`airlock baseline ${name} scout --since 28d`],
    exitCodes: `0 ${name === 'ratify' ? 'the file says so' : 'the records were read'}, 1 too few records, no answer of AWS${name === 'ratify' ? ', or the file was not written' : ''}.`,
    run: (context, agentName: string, options: SinceOptions) =>
      withRecords(context, options, agentName, learnUse, (learned) =>
        respond(context, name === 'ratify' ? ratify(configOf(context, options), learned) : learned, views),
      ),
  });

export const registerBaseline = group(
  'baseline',
  {
    summary: 'learn what use of its rules is usual for an agent, and ratify it',
    description: `The usual number of requests and bytes of each rule, for each hour of the day, from at least ${LEAST_DAYS} days of records. A person ratifies it; it then stays until the next time, so that no slow change moves it. docs/OPERATING.md says what it finds and what it can't.`,
  },
  [
    reading(
      'show',
      'learn from the records, and compare with what is ratified',
      'Reads the records. It changes nothing.',
    ),
    reading(
      'ratify',
      'write what is learned to baselines.lock.json',
      'Reads the records, and writes what is usual to baselines.lock.json. Ratify only days in which you know what the agent did.',
    ),
  ],
);
