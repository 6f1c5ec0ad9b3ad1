import type { Command } from 'commander';
import { type Context, EXIT } from '../../lib/cli/context';
import { configOption, templateOption } from '../../lib/cli/options';
import { respond, type Views } from '../../lib/cli/respond';
import { writeLabEvidence } from '../host/evidence';
import { type LabResult, lab, type Progress } from '../lab';
import { isWell } from '../proof/report/report';
import { type LabFlags, readied } from './lab-flags';
import { labLines } from './lab-lines';

interface Options extends LabFlags {
  readonly only?: string;
  readonly networkOnly?: boolean;
}

const views: Views<LabResult> = {
  json: (result) => (result.reason === 'played' ? result.report : result),
  lines: (result, context) => {
    switch (result.reason) {
      case 'played':
        return labLines(result.report, context);
      case 'refused':
        return [
          ...result.problems.map((problem) => `  ${problem}`),
          context.colours.red("the lab doesn't build this template: nothing was started"),
        ];
      case 'unready':
        return [`${context.colours.red('error:')} ${result.message}`];
    }
  },
  exitCode: (result) => (result.reason === 'played' && isWell(result.report) ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'played',
};

export function registerLab(program: Command, context: Context): void {
  program
    .command('lab')
    .summary('build the network in namespaces and attack it, with real packets (Linux, root)')
    .description(
      "Builds the stack's network on this machine from the template alone, lets a hostile agent loose in it, and does the same in weakened networks, where every attempt must get through. Behind the doors run warden and iron-proxy, with the policies of the template; where no iron-proxy is to be had, a stand-in, and the report says so. Sealed: no namespace has a way to this machine's own network.",
    )
    .addOption(configOption())
    .addOption(templateOption())
    .option('--only <id>', 'one attempt (D07) or one group (D)')
    .option(
      '--iron-proxy <file>',
      'the iron-proxy for the doors (default: on the search path, else built by Go)',
    )
    .option(
      '--iron-proxy-key <file>',
      'the public key of iron-proxy\u2019s releases: download one for the doors',
    )
    .option('--stand-in', 'the kit\u2019s own stand-in for iron-proxy plays the doors')
    .option('--network-only', 'leave the doors out: packets alone')
    .option('--junit <file>', 'write the verdicts for a build server')
    .option('--report <file>', 'write a Markdown report')
    .addHelpText(
      'after',
      `
Examples:
  $ sudo npx airlock lab
  $ sudo npx airlock lab --only H
  $ sudo npx airlock lab --report lab.md --junit lab.xml

Exit codes: 0 nothing got out and every attempt was seen to get through a weakened network, 1 otherwise.`,
    )
    .action(async (options: Options) => {
      const ready = await readied(context, options);
      if (ready === undefined) return;
      const { template, evidence, door } = ready;
      const only = options.only?.toUpperCase();
      const { now, node } = context.terminal;
      const { networkOnly } = options;
      const result = await lab({ template, only, now, node, networkOnly, ...door }, progressOn(context));
      if (result.reason === 'played') writeLabEvidence(evidence, result.report);
      respond(context, result, views);
    });
}

/** A line for each network, which counts its attempts while somebody looks. */
function progressOn({ terminal, colours }: Context): Progress {
  let [total, done, label] = [0, 0, ''];
  const show = () => terminal.stderr(`\r${label} ${done}/${total} `);
  return {
    network: (name, what, attempts) => {
      if (terminal.stderrIsTerminal && label !== '') terminal.stderr('\n');
      [total, done, label] = [attempts, 0, `${name.padEnd(10)} ${colours.dim(what)}`];
      if (terminal.stderrIsTerminal) show();
      else terminal.stderr(`${name}: ${what}, ${attempts} attempts\n`);
    },
    attempt: () => {
      done += 1;
      if (terminal.stderrIsTerminal) show();
    },
    end: () => {
      if (terminal.stderrIsTerminal && label !== '') terminal.stderr('\n');
    },
  };
}
