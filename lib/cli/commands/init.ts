import { Option } from 'commander';
import { type InitResult, init } from '../../operations/init';
import { printable, printableLines } from '../../printable';
import { indented } from '../../wrap';
import { ask } from '../ask';
import { command } from '../command';
import { EXIT } from '../context';
import { type CommonOptions, configOf, configOption } from '../options';
import { problemData, problemLines } from '../problems';
import { fail, respond, type Views } from '../respond';
import { count, table } from '../table';

/** `--job` and the like, which may be given several times. */
const collected = (value: string, before: readonly string[] = []) => [...before, value];

/** Flags that are one answer each, by the key of its question. */
const SINGLE = ['runtime', 'command', 'model', 'model-regions', 'role', 'owner', 'stack', 'region', 'notify'];

interface Options extends CommonOptions, Readonly<Record<string, unknown>> {
  readonly job?: readonly string[];
  readonly with?: readonly string[];
  readonly mirror?: readonly string[];
  readonly dryRun?: boolean;
}

const isYaml = ({ path }: { readonly path: string }) => path.endsWith('.yaml');
const shown = ({ path, text }: { readonly path: string; readonly text: string }) => [
  '',
  `# ${printable(path)}`,
  printableLines(text).trimEnd(),
];

/** @param raw the same result before its texts were made printable: files have lines */
const views = (agent: string, raw: InitResult): Views<InitResult> => ({
  json: (result) => {
    if (result.reason === 'unsound') return { ...result, problems: result.problems.map(problemData) };
    if (result.reason !== 'missing') return result;
    const missing = result.questions.map(({ flag, text, choices }) => ({
      flag,
      text,
      choices: choices?.map(({ value }) => value),
    }));
    return { reason: 'missing', missing };
  },
  lines: (result, context) => {
    const { colours, columns } = context;
    const error = colours.red('error:');
    switch (result.reason) {
      case 'planned':
      case 'written': {
        return [
          ...result.files.map(({ path }) => `${colours.green(`${result.reason}:`)} ${path}`),
          ...(raw.reason === 'planned' ? raw.files.filter(isYaml).flatMap(shown) : []),
          ...(result.before.length > 0 ? ['', colours.bold('Before it works')] : []),
          ...result.before.flatMap((line) => indented(line, context, '  - ')),
          '',
          colours.bold('Next'),
          '  npx airlock check',
          '  npx airlock synth   builds the stack, and says what to do until it is deployed',
          ...(result.example ? [`  npx airlock explain ${agent} ${result.example.replace(' ', " '")}'`] : []),
          ...result.secrets.map((id) => `  npx airlock secrets put ${agent} ${id}   once it is deployed`),
        ];
      }
      case 'missing': {
        const rows = result.questions.map(({ flag, text, choices = [] }) => [
          flag,
          choices.length > 0 ? `${text} ${choices.map(({ value }) => value).join(', ')}` : text,
        ]);
        return [
          `${error} ${count(rows.length, 'answer is', 'answers are')} missing, and there is no terminal to ask on: add`,
          ...table(rows, '  ', columns),
        ];
      }
      case 'wrong':
        return result.answers.map(
          ({ flag, value, message, fix }) => `${error} ${flag} "${value}" ${message}: ${fix}`,
        );
      case 'unsound':
        return [
          ...problemLines(result.problems, context),
          'Nothing was written: the configuration would have these problems with the new files in it.',
        ];
      case 'exists':
        return [
          `${error} ${result.file} is there already, and init never writes over a file: choose another name, or edit it`,
        ];
      case 'unwritable':
        return [
          `${error} ${result.file} can't be written (${result.code}), so nothing was: make its directory writable`,
        ];
      case 'no-recipes':
        return [`${error} ${result.message}`];
      case 'left':
        return ['Nothing was written.'];
    }
  },
  exitCode: ({ reason }) => (reason === 'written' || reason === 'planned' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'written' && reason !== 'planned',
});

export const registerInit = command('init <agent>', {
  summary: 'write the file of a new agent, from recipes for whole jobs',
  description:
    "Writes agents/<agent>.yaml, and airlock.yaml where there is none, after the whole configuration was checked with them. On a terminal it asks for what the flags don't say. It never writes over a file. For an agent that is there it writes a lost cdk.json anew.",
  options: [
    ['--runtime <runtime>', 'what runs on the machine'],
    ['--command <line>', 'shell command line that is the agent, for --runtime custom'],
    ['--model <preset[/model]>', "who provides the model, and the model's id"],
    ['--model-regions <regions>', 'regions of a Bedrock inference profile, with commas between them'],
    new Option('--job <recipe>', 'a job it does; may be repeated').argParser(collected),
    new Option(
      '--with <key=value>',
      'what a job asks for, such as repository=acme/widgets; may be repeated',
    ).argParser(collected),
    ['--role <role>', 'what bounds its rules (default: the least that its jobs need)'],
    ['--owner <mail>', 'who answers for the agent'],
    ['--stack <name>', 'for a new airlock.yaml: name of the stack (default: airlock)'],
    ['--region <region>', 'for a new airlock.yaml: AWS region'],
    ['--notify <mail>', 'for a new airlock.yaml: who hears of alarms and budgets (default: the owner)'],
    new Option(
      '--mirror <name=url>',
      'for a new airlock.yaml: apt, npm or pypi mirror; may be repeated',
    ).argParser(collected),
    ['--dry-run', 'show the files and write none'],
    configOption(),
  ],
  examples: [
    'airlock init widgets',
    `airlock init widgets --runtime codex --model openai --owner dev@acme.example \\
      --job github-pull-requests --with repository=acme/widgets --dry-run`,
  ],
  exitCodes: '0 written, 1 nothing was written.',
  run: async (context, agent: string, options: Options) => {
    const named = { with: options.with ?? [], mirror: options.mirror ?? [] };
    const pairs = Object.entries(named).flatMap(([flag, values]) =>
      values.map(
        (text) => [flag, ...(/^([a-z]+)=(.*)$/su.exec(text)?.slice(1) ?? [undefined, text])] as const,
      ),
    );
    const broken = pairs.find(([, name]) => name === undefined);
    if (broken) {
      fail(context, `--${broken[0]} "${broken[2]}" has no name: write --${broken[0]} <name>=<value>`);
      return;
    }
    const answers = Object.fromEntries([
      ...SINGLE.flatMap((key) => {
        const value = options[key.replace(/-(.)/u, (_, letter: string) => letter.toUpperCase())];
        return typeof value === 'string' ? [[key, value]] : [];
      }),
      ...(options.job ? [['jobs', options.job.join(',')]] : []),
      ...pairs.map(([flag, name, value]) => [`${flag}.${name}`, value]),
    ]);
    const result = await init({
      agent,
      answers,
      directory: configOf(context, options),
      cwd: context.project,
      dryRun: options.dryRun === true,
      ask: context.terminal.line && ((question, again) => ask(context, question, again)),
    });
    respond(context, result, views(agent, result));
  },
});
