import type { z } from 'zod';
import { RUNTIMES } from '../../../constructs/agent-host/runtimes';
import { PROVIDERS } from '../../../constructs/agent-host/runtimes/providers';
import type { Provider } from '../../../constructs/agent-host/runtimes/runtime';
import type { Check } from '../../config/finding';
import { ROLES, type Role } from '../../config/model';
import { nearest } from '../../config/nearest';
import { PARAMETER_CHECKS } from '../../config/presets/parameters';
import { quote } from '../../config/quote';
import { agentSchema } from '../../config/schema/agent-schema';
import { checkMailAddress } from '../../config/values/mail-address';
import { checkAptMirror, checkMirror } from '../../config/values/mirror-url';
import { checkStackName } from '../../config/values/names';
import { checkRegion, checkRegionName } from '../../config/values/region';
import type { Recipe } from './recipe';

/** What was answered, by the key of its question. */
export type Answers = Readonly<Record<string, string>>;

/** Something that `init` has to know: a flag for scripts, a question on a terminal. */
export interface Question {
  /** Such as `runtime`, `with.repository` or `mirror.npm`. */
  readonly key: string;
  readonly flag: string;
  readonly text: string;
  readonly choices?: readonly { readonly value: string; readonly means?: string }[];
  /** Whether the answer may be several of the choices, with commas between them. @default false */
  readonly several?: boolean;
  /** What no answer means. @default somebody has to answer */
  readonly otherwise?: string;
  readonly check: Check;
}

/** What the questions depend on. */
export interface Facts {
  readonly recipes: readonly Recipe[];
  /** The mirrors that airlock.yaml names; undefined when `init` writes that file too. */
  readonly mirrors?: readonly string[];
  /** The mirror that a preset needs. */
  readonly mirrorOf: (preset: string) => string | undefined;
}

/** Every question that these answers raise, answered or not, in the order in which a person is asked. */
export function questions(answers: Answers, facts: Facts): Question[] {
  return [...ofRuntime(answers), ...ofJobs(answers, facts), ...ofEnvironment(answers, facts)];
}

function ofRuntime({ runtime = '', model = '' }: Answers): Question[] {
  const known: Readonly<Record<string, Provider>> =
    PROVIDERS[(Object.hasOwn(PROVIDERS, runtime) ? runtime : 'custom') as keyof typeof PROVIDERS];
  const needy = Object.entries(known).flatMap(([name, { needsModel }]) => (needsModel ? [name] : []));
  return [
    oneOf('runtime', '--runtime <runtime>', 'What runs on its machine?', Object.keys(RUNTIMES)),
    ...(runtime === 'custom'
      ? [plain('command', '--command <line>', 'Which shell command line is the agent?', checkCommand)]
      : []),
    {
      ...oneOf(
        'model',
        '--model <preset[/model]>',
        'Who provides its model? Add "/" and a model id to choose the model',
        Object.keys(known),
      ),
      check: (value) => checkModel(value, Object.keys(known), needy),
    },
    ...(isProfile(model)
      ? [
          plain(
            'model-regions',
            '--model-regions <regions>',
            'Which regions does this inference profile route to? With commas between them',
            (value) => value.split(',').map(checkRegionName).find(Boolean),
          ),
        ]
      : []),
  ];
}

/** Whether a model is a cross-region inference profile of Bedrock. */
export function isProfile(model: string): boolean {
  return /^bedrock\/(?:us|eu|apac|ap|au|ca|jp|us-gov|global)\./.test(model);
}

const checkModel = (value: string, presets: readonly string[], needy: readonly string[]) => {
  const [preset = '', ...id] = value.split('/');
  if (!presets.includes(preset)) {
    const fix = `write ${quote(nearest(preset, presets) ?? presets[0])}`;
    return { message: `must begin with ${presets.join(', ')}`, fix };
  }
  if (id.length > 0) return by(agentSchema.shape.model)(id.join('/'));
  return needy.includes(preset) || preset === 'bedrock'
    ? { message: 'names no model, and there is no default', fix: `write "${preset}/<model id>"` }
    : undefined;
};

const checkCommand: Check = (command) => by(agentSchema.shape.custom)({ command });

/** What a field's schema says of a value. */
function by(schema: z.ZodType): (value: unknown) => { message: string; fix: string } | undefined {
  return (value) => {
    const [issue] = schema.safeParse(value).error?.issues ?? [];
    if (!issue) return undefined;
    const fix = issue.code === 'custom' ? issue.params?.fix : undefined;
    return { message: issue.message, fix: typeof fix === 'string' ? fix : 'correct it' };
  };
}

/** The recipes that an answer names, in the kit's order. */
export function chosen({ jobs = '' }: Answers, recipes: readonly Recipe[]): Recipe[] {
  return recipes.filter(({ name }) => jobs.split(',').includes(name));
}

function ofJobs(answers: Answers, { recipes }: Facts): Question[] {
  const jobs = chosen(answers, recipes);
  const parameters = Object.entries(
    Object.assign({}, ...jobs.map((recipe) => recipe.with)) as Recipe['with'],
  );
  const role = leastRole(jobs);
  return [
    {
      key: 'jobs',
      flag: '--job <recipe>',
      text: 'Which jobs does it do?',
      choices: recipes.map(({ name, title }) => ({ value: name, means: title })),
      several: true,
      otherwise: '',
      check: (value) =>
        value
          .split(',')
          .filter(Boolean)
          .map(among(recipes.map(({ name }) => name)))
          .find(Boolean),
    },
    ...parameters.map(([key, { type, description }]) =>
      plain(`with.${key}`, `--with ${key}=<${key}>`, `Which is ${description}?`, PARAMETER_CHECKS[type]),
    ),
    {
      ...oneOf('role', '--role <role>', 'Which role bounds its rules?', ROLES),
      otherwise: role,
      check: (value) => among(ROLES)(value) ?? (jobs.length > 0 ? checkRole(value, role) : undefined),
    },
    plain('owner', '--owner <mail>', 'Which mail address answers for it?', checkMailAddress),
  ];
}

/** What the jobs need: one role that all of them name, or else an operator, who may do what the others may. */
function leastRole(jobs: readonly Recipe[]): Role {
  const [first = 'reader', ...others] = new Set(jobs.map(({ role }) => role));
  return others.length > 0 ? 'operator' : first;
}

const checkRole = (value: string, needed: Role) =>
  value === needed || value === 'operator'
    ? undefined
    : {
        message: `can't do the jobs, which need ${needed}`,
        fix: `write ${quote(needed)}, or choose other jobs`,
      };

function ofEnvironment(answers: Answers, facts: Facts): Question[] {
  if (facts.mirrors) return [];
  const mirrors = ['apt', 'npm', 'pypi'].filter((mirror) =>
    presets(answers, facts).some((preset) => facts.mirrorOf(preset) === mirror),
  );
  return [
    {
      ...plain('stack', '--stack <name>', 'What is the stack called?', checkStackName),
      otherwise: 'airlock',
    },
    plain('region', '--region <region>', 'In which AWS region?', checkRegion),
    {
      ...plain(
        'notify',
        '--notify <mail>',
        'Which mail address hears of alarms and budgets?',
        checkMailAddress,
      ),
      otherwise: answers.owner ?? '',
    },
    ...mirrors.map((mirror) =>
      plain(
        `mirror.${mirror}`,
        `--mirror ${mirror}=<https://…>`,
        `Where is your ${mirror} mirror, or the public one? The kit names none itself`,
        mirror === 'apt' ? checkAptMirror : checkMirror,
      ),
    ),
  ];
}

/** Presets of the agent's file, the jobs' own aside: its model's, its runtime's packages, and its host's updates. */
export function presets({ runtime = '', model = '' }: Answers, { mirrors }: Facts): string[] {
  const [provider] = model.split('/');
  const install: readonly string[] = Object.hasOwn(RUNTIMES, runtime)
    ? RUNTIMES[runtime as keyof typeof RUNTIMES].installPresets
    : [];
  const updates = !mirrors || mirrors.includes('apt') ? ['debian-updates'] : [];
  return [...new Set([...(provider ? [provider] : []), ...install, ...updates])];
}

function plain(key: string, flag: string, text: string, check: Check): Question {
  return { key, flag, text, check };
}

function oneOf(key: string, flag: string, text: string, values: readonly string[]): Question {
  return { key, flag, text, choices: values.map((value) => ({ value })), check: among(values) };
}

function among(values: readonly string[]): Check {
  return (value) => {
    if (values.includes(value)) return undefined;
    const meant = nearest(value, values);
    return {
      message: `must be one of ${values.join(', ')}`,
      fix: meant ? `write ${quote(meant)}` : 'write one of them',
    };
  };
}
