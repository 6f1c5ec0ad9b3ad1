import { type LearnResult, learn, UNUSED_DAYS } from '../../operations/learn';
import { command } from '../command';
import { sinceOption } from '../duration';
import { AWS_OPTIONS, type SinceOptions } from '../options';
import { orError, respond } from '../respond';
import { count, table } from '../table';
import { withRecords } from '../with-airlock';

/** Requests without a proposal that the text lists. */
const SHOWN = 10;

const views = orError<LearnResult>({
  lines: (result, { colours, columns }) => {
    const { agent, file, proposal, unused, tooFew } = result;
    const { yaml, allows, leftOut, uncounted } = proposal;
    const requests = (
      list: readonly { method: string; host: string; path: string; times: number }[],
      last: string[],
    ) =>
      table(
        list.map(({ method, host, path, times }, index) => [
          count(times, 'time'),
          method,
          `${host}${path}`,
          last[index] ?? '',
        ]),
        '  ',
        columns,
      );
    return [
      ...(yaml.length === 0
        ? [`no refused request of ${agent} would become a rule`]
        : [
            `for egress in ${file}; the agent chose these requests, so know why each is needed:`,
            ...yaml.map((line) => `  - ${line}`),
            colours.bold('would newly allow, and nothing else:'),
            ...requests(
              allows,
              allows.map(({ rule }) => rule),
            ),
          ]),
      ...(leftOut.length > 0
        ? [
            'no rule for:',
            ...requests(
              leftOut.slice(0, SHOWN),
              leftOut.map(({ why }) => why),
            ),
            ...(leftOut.length > SHOWN ? [`  and ${leftOut.length - SHOWN} more: --json has them`] : []),
          ]
        : []),
      ...(uncounted > 0 ? [`and ${count(uncounted, 'more refusal')} of other requests`] : []),
      ...unused.map(
        ({ rule, preset }) =>
          `to drop: ${preset ? `preset ${preset}, ` : ''}${rule}: unused for ${UNUSED_DAYS} days`,
      ),
      ...(tooFew ? [`no rule is called unused: ${tooFew}`] : []),
      `nothing was changed; after an edit: airlock check, airlock diff, and the deployment`,
    ];
  },
});

export const registerLearn = command('learn <agent>', {
  summary: 'propose rules for what was refused, and name rules that nobody uses',
  description: `Reads the gate's records. For requests that no rule matched it proposes the tightest rules: one host, one method, exact paths, no secret, and what isn't GET or HEAD as high risk. Beside them stands all that they would newly allow. It names rules that let nothing pass for ${UNUSED_DAYS} days. It changes nothing.`,
  options: [sinceOption('24h'), ...AWS_OPTIONS],
  notes: 'Needs AWS credentials that may read the audit log (docs/PERMISSIONS.md).',
  examples: ['airlock learn scout --since 2d'],
  exitCodes: '0 the records were read, 1 AWS gave no answer.',
  run: (context, name: string, options: SinceOptions) =>
    withRecords(context, options, name, learn, (result) => respond(context, result, views)),
});
