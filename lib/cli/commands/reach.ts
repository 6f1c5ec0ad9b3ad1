import { type ReachFileResult, reachFile } from '../../operations/reach';
import { reachTable } from '../../reach';
import { command } from '../command';
import { type Context, EXIT } from '../context';
import { configOption, type TemplateOptions, templateOption } from '../options';
import { orError, respond } from '../respond';
import { templateOf } from '../template';

const views = orError<ReachFileResult>({
  json: ({ report }) => report,
  lines: ({ report, reason }, { colours, columns }) =>
    reachTable(report, columns).map((line) => (isVerdict(line) ? paint(reason, colours)(line) : line)),
  exitCode: ({ reason }) => (reason === 'kept' ? EXIT.ok : EXIT.problem),
});

/** The line that says whether anything is broken. */
function isVerdict(line: string): boolean {
  return / (is|are) broken$/u.test(line);
}

function paint(reason: 'kept' | 'broken', colours: Context['colours']): (text: string) => string {
  return reason === 'kept' ? colours.green : colours.red;
}

export const registerReach = command('reach', {
  summary: 'compute what each machine can reach, from a template alone',
  description:
    "Computes every destination that each machine of a template can reach and through which controls, as AWS would enforce it, and names every invariant that is broken. Works on any CloudFormation template with a network, not only on this kit's.",
  options: [configOption(), templateOption()],
  examples: [
    'airlock reach',
    'airlock reach --template other-stack.yaml',
    "airlock reach --json | jq '.violations'",
  ],
  exitCodes: "0 no invariant is broken, 1 one is broken, or the template can't be read.",
  run: async (context, options: TemplateOptions) => {
    const file = await templateOf(context, options);
    if (file !== undefined) respond(context, reachFile(file), views);
  },
});
