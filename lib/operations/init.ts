import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { assemble, type Loaded } from '../config/assemble';
import { type ConfigFiles, displayName, readConfigFiles } from '../config/config-files';
import type { Finding } from '../config/finding';
import type { Problem } from '../config/model';
import { parseText } from '../config/source/parse-text';
import { valueAt } from '../config/source/source';
import { checkAgentName } from '../config/values/names';
import { agentFile, valuesOf } from './init/agent-file';
import { createFiles, type NewFile } from './init/create-files';
import { airlockFile, appFile, filesBeside } from './init/environment-files';
import { type Answers, chosen, type Facts, type Question, questions } from './init/questions';
import { filled, readRecipes } from './init/recipe';

export interface InitRequest {
  readonly agent: string;
  /** The configuration directory, absolute. */
  readonly directory: string;
  /** Where the CDK runs, absolute. */
  readonly cwd: string;
  /** What the flags say. */
  readonly answers: Answers;
  readonly dryRun: boolean;
  /**
   * Asks a person; `again` is what is wrong with the answer before. Undefined means that the person left.
   * @default what is missing is told in one error
   */
  readonly ask?: (question: Question, again?: Finding) => Promise<string | undefined>;
}

export type InitResult =
  /** The files are there (`written`), or would be (`planned`). */
  | {
      readonly reason: 'written' | 'planned';
      readonly files: readonly NewFile[];
      /** What must be so outside of Airlock. */
      readonly before: readonly string[];
      /** Ids of the secrets that need a value. */
      readonly secrets: readonly string[];
      /** A request of the first job. */
      readonly example?: string;
    }
  | { readonly reason: 'missing'; readonly questions: readonly Question[] }
  | { readonly reason: 'wrong'; readonly answers: readonly WrongAnswer[] }
  /** `check` would refuse the configuration, with the new files or already without them. */
  | { readonly reason: 'unsound'; readonly problems: readonly Problem[] }
  | { readonly reason: 'exists'; readonly file: string }
  | { readonly reason: 'unwritable'; readonly file: string; readonly code: string }
  | { readonly reason: 'no-recipes'; readonly message: string }
  | { readonly reason: 'left' };

export interface WrongAnswer extends Finding {
  readonly flag: string;
  readonly value: string;
}

/**
 * Makes an agent's file, and airlock.yaml where there is none.
 *
 * 1. Answers come from flags, then from the person; each is checked as the schema checks it.
 * 2. The texts are made from the answers and the recipes of the chosen jobs.
 * 3. The whole configuration is judged with them, as `check` judges it, in memory.
 * 4. Only then are all files created, or none.
 */
export async function init(request: InitRequest): Promise<InitResult> {
  const { agent, directory } = request;
  const wrongName = checkAgentName(agent);
  if (wrongName) return { reason: 'wrong', answers: [{ flag: '<agent>', value: agent, ...wrongName }] };
  const path = join(directory, 'agents', `${agent}.yaml`);
  if (lstatSync(path, { throwIfNoEntry: false })) return remake(request, path);
  const read = readRecipes(directory);
  if (!read.ok) return { reason: 'no-recipes', message: read.message };
  const files = filesOf(directory);
  const facts: Facts = {
    recipes: read.recipes,
    mirrors: files.airlock && Object.keys(Object(valueAt(files.airlock.value, ['mirrors']))),
    mirrorOf: (name) => {
      const preset = files.presets.find(({ value }) => valueAt(value, ['name']) === name);
      return valueAt(preset?.value, ['mirror']) as string | undefined;
    },
  };
  const answered = await answersOf(request, facts);
  return 'reason' in answered ? answered : write(request, path, answered.answers, facts, files);
}

/** Writes a lost cdk.json anew for an agent that is there. */
function remake({ cwd, dryRun }: InitRequest, agentPath: string): InitResult {
  const files = appFile(cwd);
  if (files.length === 0) return { reason: 'exists', file: displayName(agentPath) };
  return create(files, dryRun, { before: [], secrets: [] });
}

/** The configuration as it is; an empty one with the kit's presets where there is none. */
function filesOf(directory: string): ConfigFiles {
  if (lstatSync(directory, { throwIfNoEntry: false })) {
    const files = readConfigFiles(directory);
    const willBeMade = ({ file, message, fix }: Problem) =>
      (file === displayName(join(directory, 'agents')) && /^(does not exist|holds no)/.test(message)) ||
      (file === displayName(join(directory, 'airlock.yaml')) &&
        message === 'does not exist' &&
        !/^rename/.test(fix));
    return { ...files, problems: files.problems.filter((problem) => !willBeMade(problem)) };
  }
  const { presets, presetNames, missingLocks } = readConfigFiles(join(packageRoot(), 'config'));
  return { agents: [], presets, presetNames, missingLocks, problems: [] };
}

async function answersOf(
  request: InitRequest,
  facts: Facts,
): Promise<{ readonly answers: Answers } | InitResult> {
  let answers = request.answers;
  const wrong = wrongFlags(answers, facts);
  if (wrong.length > 0) return { reason: 'wrong', answers: wrong };
  for (;;) {
    const open = questions(answers, facts).filter(({ key }) => answers[key] === undefined);
    const [next] = open;
    if (!next) return { answers };
    if (!request.ask) {
      const missing = open.filter(({ otherwise }) => otherwise === undefined);
      if (missing.length > 0) return { reason: 'missing', questions: missing };
    }
    const answer = request.ask ? await askUntilSound(next, request.ask) : next.otherwise;
    if (answer === undefined) return { reason: 'left' };
    answers = { ...answers, [next.key]: answer };
  }
}

function wrongFlags(answers: Answers, facts: Facts): WrongAnswer[] {
  const known = questions(answers, facts);
  return Object.entries(answers).flatMap(([key, value]) => {
    const question = known.find((each) => each.key === key);
    const finding = question
      ? question.check(value)
      : {
          message: 'has no use here',
          fix: 'leave it out: nothing that this agent runs asks for it, or airlock.yaml is there and says it already',
        };
    return finding ? [{ flag: question?.flag ?? flagOf(key), value, ...finding }] : [];
  });
}

/** `with.repository` was `--with repository=…`. */
function flagOf(key: string): string {
  const [flag, ...name] = key.split('.');
  return name.length > 0 ? `--${flag} ${name.join('.')}` : `--${flag}`;
}

const UNANSWERED: Finding = { message: 'needs an answer', fix: 'write one, or leave with Ctrl-C' };

async function askUntilSound(
  question: Question,
  ask: NonNullable<InitRequest['ask']>,
): Promise<string | undefined> {
  for (let again: Finding | undefined; ; ) {
    const said = await ask(question, again);
    if (said === undefined) return undefined;
    const answer = said.trim() || question.otherwise;
    again = answer === undefined ? UNANSWERED : question.check(answer);
    if (answer !== undefined && !again) return answer;
  }
}

function write(
  { agent, directory, cwd, dryRun }: InitRequest,
  path: string,
  answers: Answers,
  facts: Facts,
  files: ConfigFiles,
): InitResult {
  const beside = files.airlock
    ? appFile(cwd)
    : [{ path: join(directory, 'airlock.yaml'), text: airlockFile(answers) }, ...filesBeside(directory, cwd)];
  const region = answers.region ?? valueAt(files.airlock?.value, ['env', 'region']);
  const text = agentFile(agent, answers, facts, region as string | undefined);
  const all: NewFile[] = [{ path, text }, ...beside];
  const loaded = judged(files, files.airlock ? all.slice(0, 1) : all);
  if (!loaded.ok) return { reason: 'unsound', problems: loaded.problems };
  const jobs = chosen(answers, facts.recipes);
  const values = valuesOf(answers);
  const example = jobs[0]?.job.at(-1)?.request;
  return create(all, dryRun, {
    before: [...new Set(jobs.flatMap(({ before }) => before.map((line) => filled(line, values))))],
    secrets: loaded.airlock.agents.find(({ name }) => name === agent)?.secrets.map(({ id }) => id) ?? [],
    ...(example && { example: filled(example, values) }),
  });
}

function create(
  files: readonly NewFile[],
  dryRun: boolean,
  more: Pick<Extract<InitResult, { reason: 'written' | 'planned' }>, 'before' | 'secrets' | 'example'>,
): InitResult {
  const created = dryRun ? { reason: 'created' as const } : createFiles(files);
  if (created.reason !== 'created') return { ...created, file: displayName(created.path) };
  const shown = files.map((file) => ({ ...file, path: displayName(file.path) }));
  return { reason: dryRun ? 'planned' : 'written', files: shown, ...more };
}

/** The configuration as it would be with the new files, judged as `check` judges it. */
function judged(files: ConfigFiles, [agent, airlock]: readonly NewFile[]): Loaded {
  const parsed = [agent, airlock].map((file) => file && parseText(displayName(file.path), file.text));
  const [source, environment] = parsed.map((each) => (each && 'source' in each ? each.source : undefined));
  return assemble({
    ...files,
    airlock: files.airlock ?? environment,
    agents: [...files.agents, ...(source ? [source] : [])],
    problems: [...files.problems, ...parsed.flatMap((each) => each?.problems ?? [])],
  });
}
