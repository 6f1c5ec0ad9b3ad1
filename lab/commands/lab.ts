import type { Command } from 'commander';
import { type Context, EXIT } from '../../lib/cli/context';
import { fromHere } from '../../lib/cli/options';
import { fail, respond, type Views } from '../../lib/cli/respond';
import { writeEvidence } from '../host/evidence';
import type { Progress } from '../host/progress';
import { lacking } from '../host/requirements';
import { type LabResult, lab } from '../lab';
import { TOOL_ATTEMPTS } from '../network/attempts/tools';
import { passes } from '../proof/report';
import { terminalLines } from '../proof/terminal';
import { reportOf } from '../report';
import { type LabFlags, readied, withLabFlags } from './lab-flags';

interface Options extends LabFlags {
  readonly only?: string;
  readonly attacker?: string;
  readonly networkOnly?: boolean;
  readonly egressBench?: string;
}

const views: Views<LabResult> = {
  json: (result) => (result.reason === 'finished' ? result.report : result),
  lines: (result, context) => {
    switch (result.reason) {
      case 'finished':
        return terminalLines(reportOf(result.report), context);
      case 'refused':
        return [
          ...result.problems.map((problem) => `  ${problem}`),
          context.colours.red("the lab can't build this template: nothing was started"),
        ];
      case 'unready':
        return [`${context.colours.red('error:')} ${result.message}`];
    }
  },
  exitCode: (result) =>
    result.reason === 'finished' && passes(reportOf(result.report)) ? EXIT.ok : EXIT.problem,
  failed: ({ reason }) => reason !== 'finished',
};

export function registerLab(program: Command, context: Context): void {
  withLabFlags(
    program
      .command('lab')
      .summary('build the network in namespaces and attack it, with real packets (Linux, root)')
      .description(
        "Builds the stack's network on this machine from the template alone, and attacks it as a hostile agent would. Does the same in weakened copies, where each attack must succeed. Warden and iron-proxy run on the proxy boxes, with the policies of the template; where no iron-proxy can be had, a stand-in runs, and the report says so. No namespace can reach this machine's own network.",
      ),
  )
    .option(
      '--only <ids>',
      'run these attempts (D07) or groups (D, or Y for legitimate traffic), after commas',
    )
    .option('--attacker <agent>', 'attack from this agent (default: the first that reads with a secret)')
    .option('--network-only', 'attack the network alone, without proxy boxes')
    .option('--egress-bench <dir>', 'also send the HTTP cases of agent-egress-bench through a proxy box')
    .addHelpText(
      'after',
      `
Examples:
  $ sudo npx airlock lab
  $ sudo npx airlock lab --only H
  $ sudo npx airlock lab --attacker scout --only S,T,Y
  $ sudo npx airlock lab --report lab.md --junit lab.xml

Exit codes: 0 nothing got out, and each attempt was seen to get through a weakened copy; 1 otherwise.`,
    )
    .action(async (options: Options) => {
      const lacks = TOOL_ATTEMPTS.map(({ needs }) => lacking(needs)).find((each) => each !== undefined);
      if (options.evidence !== undefined && lacks !== undefined)
        return fail(context, `--evidence is of a run with all tools of the attempts: ${lacks}`);
      const part = [options.only, options.attacker, options.networkOnly].some((each) => each !== undefined);
      const ready = await readied(context, { ...options, part });
      if (ready === undefined) return;
      const { template, evidence, program: found } = ready;
      const only = options.only?.toUpperCase().split(',');
      const { now, node } = context.terminal;
      const { networkOnly, attacker } = options;
      const egressBench = options.egressBench && fromHere(context, options.egressBench);
      const asked = { template, only, attacker, now, node, networkOnly, egressBench, ...found };
      const result = await lab(asked, progressOn(context));
      if (result.reason === 'finished') writeEvidence(evidence, reportOf(result.report));
      respond(context, result, views);
    });
}

/** A line for each network; on a terminal it counts the proofs that are done. */
function progressOn({ terminal, colours }: Context): Progress {
  let [total, done, label] = [0, 0, ''];
  const show = () => terminal.stderr(`\r${label} ${done}/${total} `);
  return {
    network: (name, what, proofs) => {
      if (terminal.stderrIsTerminal && label !== '') terminal.stderr('\n');
      [total, done, label] = [proofs, 0, `${name.padEnd(10)} ${colours.dim(what)}`];
      if (terminal.stderrIsTerminal) show();
      else terminal.stderr(`${name}: ${what}, ${proofs} proofs\n`);
    },
    done: () => {
      done += 1;
      if (terminal.stderrIsTerminal) show();
    },
    end: () => {
      if (terminal.stderrIsTerminal && label !== '') terminal.stderr('\n');
    },
  };
}
