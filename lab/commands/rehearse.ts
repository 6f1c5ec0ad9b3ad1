import type { Command } from 'commander';
import { type Context, EXIT } from '../../lib/cli/context';
import { fromHere } from '../../lib/cli/options';
import { respond, type Views } from '../../lib/cli/respond';
import { printable } from '../../lib/printable';
import { writeEvidence } from '../host/evidence';
import { passes } from '../proof/report';
import { terminalLines } from '../proof/terminal';
import { reportOf } from '../rehearsal/plan/report';
import { type RehearseProgress, type RehearseResult, rehearse } from '../rehearse';
import { type LabFlags, readied, withLabFlags } from './lab-flags';

interface Options extends LabFlags {
  readonly mirror?: string;
  readonly packages?: string;
  readonly console?: string;
}

const views: Views<RehearseResult> = {
  json: (result) => (result.reason === 'rehearsed' ? result.report : result),
  lines: (result, context) =>
    result.reason === 'rehearsed'
      ? terminalLines(reportOf(result.report), context)
      : [`${context.colours.red('error:')} ${result.message}`],
  exitCode: (result) =>
    result.reason === 'rehearsed' && passes(reportOf(result.report)) ? EXIT.ok : EXIT.problem,
  failed: ({ reason }) => reason !== 'rehearsed',
};

export function registerRehearse(program: Command, context: Context): void {
  withLabFlags(
    program
      .command('rehearse')
      .argument('<agent>', "the agent's name")
      .summary("boot an agent host's user data in a virtual machine (Linux, root)")
      .description(
        "Boots the agent host's actual user data with real cloud-init and systemd, in an emulated Debian machine in the lab's network, together with its proxy box: first power-on, reboot, stop and start, rebuild, and boots that must be refused. Needs no AWS account. The first run makes the machine's disk image from Debian's packages.",
      ),
  )
    .option('--mirror <url>', "Debian archive for the image (default: the one in this machine's apt sources)")
    .option(
      '--packages <dir>',
      'directory with packages for the npm mirror, by their path there (default: stand-ins)',
    )
    .option('--console <file>', "append each line of the machine's console to this file")
    .addHelpText(
      'after',
      `
Examples:
  $ sudo npx airlock rehearse scout
  $ sudo npx airlock rehearse scout --report rehearsal.md --junit rehearsal.xml

Exit codes: 0 every law holds and was seen to fail on a faulty machine, 1 otherwise.`,
    )
    .action(async (agent: string, options: Options) => {
      const ready = await readied(context, options);
      if (ready === undefined) return;
      const { template, evidence, program: found } = ready;
      const { now, node } = context.terminal;
      const path = (file: string | undefined) => (file === undefined ? undefined : fromHere(context, file));
      const { mirror } = options;
      const result = await rehearse(
        {
          ...{ agent, template, mirror, now, node, ...found },
          packages: path(options.packages),
          console: path(options.console),
        },
        progressOn(context),
      );
      if (result.reason === 'rehearsed') writeEvidence(evidence, reportOf(result.report));
      respond(context, result, views);
    });
}

/** A line for each boot; on a terminal the build of the image shows its progress in one line. */
function progressOn({ terminal, colours }: Context): RehearseProgress {
  let building = false;
  const endBuilding = () => {
    if (building && terminal.stderrIsTerminal) terminal.stderr(`\r${' '.repeat(78)}\r`);
    building = false;
  };
  return {
    building: (line) => {
      if (terminal.stderrIsTerminal)
        terminal.stderr(`\r${printable(`image: ${line}`).slice(0, 78).padEnd(78)}`);
      else if (!building) terminal.stderr("making the disk image from Debian's packages\n");
      building = true;
    },
    boot: (name, what) => {
      endBuilding();
      terminal.stderr(`${name.padEnd(10)} ${colours.dim(what)}\n`);
    },
    message: (line) => terminal.stderr(`${' '.repeat(11)}${colours.dim(printable(line))}\n`),
    end: endBuilding,
  };
}
