import type { Command } from 'commander';
import { type Decision, decide } from '../../policy';
import { type Context, EXIT } from '../context';
import { type CommonOptions, configOption } from '../options';
import { fail, respond, type Views } from '../respond';
import { type Cell, table } from '../table';
import { withAgent } from '../with-airlock';

/** Every address with a scheme goes to the decider unchanged, odd ones included. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//iu;

const views: Views<Decision> = {
  json: ({ allowed, rule = null, secret = null, risk = null, reason }) => ({
    allowed,
    rule,
    secret,
    risk,
    reason,
  }),
  lines: ({ allowed, rule, secrets, risk, reason }, { colours, columns }) => {
    const facts: [string, string | undefined][] = [
      ['rule', rule],
      [secrets.length > 1 ? 'secrets' : 'secret', secrets.join(', ') || undefined],
      ['risk', risk === 'high' ? 'high: shut until granted' : risk],
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

export function registerExplain(program: Command, context: Context): void {
  program
    .command('explain <agent> <method> <url>')
    .summary('say what the proxy box would do with a request, and why')
    .description(
      "Decides one request as the agent's proxy box would, without asking it. The path is matched as iron-proxy matches it: decoded, and never by its query. High-risk rules are shut until granted.",
    )
    .addOption(configOption())
    .addHelpText(
      'after',
      `
Examples:
  $ airlock explain scout GET https://api.github.com/repos/ironsh/iron-proxy/releases
  $ airlock explain scout DELETE https://api.github.com/repos/ironsh/iron-proxy/releases/1 --json

Exit codes: 0 allowed, 2 refused, 1 an error: no such agent, an unsound configuration.`,
    )
    .action((name: string, method: string, url: string, options: CommonOptions) =>
      withAgent(context, options, name, (airlock, agent) => {
        if (ADDRESS.test(url)) respond(context, decide(airlock, agent, { method, url }), views);
        else {
          const example = 'write one such as https://api.example.com/path';
          fail(context, `"${url}" is not an address: ${example}`);
        }
      }),
    );
}
