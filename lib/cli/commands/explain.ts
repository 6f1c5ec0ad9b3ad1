import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { reason } from '../../config/source/text-file';
import { type Explanation, explain, type Sent, type Verdict } from '../../policy';
import type { Metered } from '../../policy/gate/spend/charge';
import { MICRO } from '../../policy/gate/spend/sums';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption, fromHere } from '../options';
import { fail, respond, type Views } from '../respond';
import { type Cell, table } from '../table';
import { withAgent } from '../with-airlock';

/** Every address with a scheme goes to the decider unchanged, odd ones included. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//iu;

interface ExplainOptions extends CommonOptions {
  readonly header: readonly string[];
  readonly body?: string;
}

const views: Views<Explanation> = {
  json: ({
    allowed,
    rule = null,
    secret = null,
    risk = null,
    removed,
    notes,
    reason,
    front,
    gate,
    ironProxy,
    spend,
  }) => ({
    allowed,
    rule,
    secret,
    risk,
    removed,
    notes,
    reason,
    front,
    gate,
    ironProxy,
    ...(spend && { spend }),
  }),
  lines: (
    { allowed, rule, secrets, risk, removed, notes, reason, front, gate, ironProxy, spend },
    { colours, columns },
  ) => {
    const facts: [string, string | undefined][] = [
      ['front', inWords(front)],
      ['gate', inWords(gate)],
      ['iron-proxy', inWords(ironProxy)],
      ['rule', rule],
      [secrets.length > 1 ? 'secrets' : 'secret', secrets.join(', ') || undefined],
      ['risk', risk === 'high' ? 'high: shut until granted' : risk],
      ['removed', removed.join(', ') || undefined],
      ['noted', notes.join('; ') || undefined],
      ['charged', spend && chargeText(spend)],
    ];
    const rows = facts
      .filter(([, value]) => value !== undefined)
      .map(([name, value = '']): Cell[] => [name, value]);
    return [
      `${allowed ? colours.green('allowed') : colours.red('refused')}: ${reason}`,
      ...table(rows, '  ', columns),
    ];
  },
  exitCode: ({ allowed }) => (allowed ? EXIT.ok : EXIT.refused),
};

export const registerExplain = command('explain <agent> <method> <url>', {
  summary: 'say what the proxy box would do with a request, and why',
  description:
    "Decides one request as the agent's proxy box would, without asking it, and says what its front, its gate and iron-proxy would each decide. The path is matched as iron-proxy matches it: decoded, and never by its query. High-risk rules are shut until granted.",
  options: [
    configOption(),
    new Option('--header <name:value>', 'a header that the agent sends; may be repeated')
      .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
      .default([]),
    ['--body <file>', 'the body that the agent sends, as JSON unless a Content-Type says otherwise'],
  ],
  examples: [
    'airlock explain scout GET https://api.github.com/repos/ironsh/iron-proxy/releases',
    'airlock explain scout DELETE https://api.github.com/repos/ironsh/iron-proxy/releases/1 --json',
    'airlock explain scout PATCH https://api.github.com/repos/ironsh/iron-proxy/releases/1 --body notes.json',
  ],
  exitCodes: '0 allowed, 2 refused, 1 an error: no such agent, an unsound configuration.',
  run: (context, name: string, method: string, url: string, options: ExplainOptions) =>
    withAgent(context, options, name, (airlock, agent) => {
      const sent = sentOf(context, options);
      if (typeof sent === 'string') fail(context, sent);
      else if (ADDRESS.test(url)) {
        respond(context, explain(airlock, agent, { method, url }, sent), views);
      } else {
        const example = 'write one such as https://api.example.com/path';
        fail(context, `"${url}" is not an address: ${example}`);
      }
    }),
});

function chargeText(metered: Metered): string {
  if (metered.kind === 'unbounded')
    return `a vendor may bill any sum for ${metered.what}: refused where spend.model is set`;
  const { vendor, model, listed, inputTokens, outputTokens, microUsd } = metered.charge;
  const price = listed ? '' : `, which the price table lacks: the dearest of ${vendor}`;
  return `at most ${(microUsd / MICRO).toFixed(4)} USD for ${model}: ${inputTokens} tokens in, ${outputTokens} out${price}`;
}

function inWords({ says, status, reason }: Verdict): string {
  return `${says}${status === undefined ? '' : ` with ${status}`}: ${reason}`;
}

/** What the options say the agent sends, or what is wrong with them. */
function sentOf(context: Context, { header, body }: ExplainOptions): Sent | string {
  const headers = header.map((each) => {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/s.exec(each) ?? [];
    return { name, value };
  });
  const wrong = headers.findIndex(({ name }) => name === '');
  if (wrong >= 0)
    return `"${header[wrong]}" is not a header: write one such as "Content-Type: application/json"`;
  if (body === undefined) return { headers };
  try {
    return { headers, body: readFileSync(fromHere(context, body)) };
  } catch (error) {
    return `--body "${body}" ${reason(error)[0]}: write the body into a file, and name the file`;
  }
}
