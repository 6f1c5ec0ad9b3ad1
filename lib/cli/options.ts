import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DEFAULT_CONFIG } from '../config';
import type { Context } from './context';

/** `--config DIR`, the same everywhere. */
export function configOption(): Option {
  return new Option(
    '--config <dir>',
    `the directory with airlock.yaml and agents/ (default: ${DEFAULT_CONFIG}, found upward)`,
  );
}

/** `--region REGION`, of every command that calls AWS. */
export function regionOption(
  description = 'the Region of the stack (default: env.region of airlock.yaml)',
): Option {
  return new Option('--region <region>', description);
}

/** `--profile NAME`, of every command that calls AWS. */
export function profileOption(): Option {
  return new Option(
    '--profile <name>',
    'the profile of your AWS configuration to sign in with (default: AWS_PROFILE, or what the environment has)',
  );
}

/** Of commands that call AWS. */
export const AWS_OPTIONS: readonly Option[] = [regionOption(), profileOption(), configOption()];

/** Of commands about a deployed stack. */
export const STACK_OPTIONS: readonly Option[] = [
  new Option('--stack <name>', 'the name of the stack: no configuration is read'),
  ...AWS_OPTIONS,
];

/** `--template FILE`, the same everywhere. */
export function templateOption(): Option {
  return new Option(
    '--template <file>',
    'the template, JSON or YAML (default: the last synth of this configuration, else a new one)',
  );
}

/** `--format NAME`; `json` is the same as `--json`. */
export function formatOption(formats: readonly string[], more = ''): Option {
  const description = `md is Markdown, and json is the same as --json${more}`;
  return new Option('--format <format>', description).choices(formats).default('text');
}

export interface CommonOptions {
  readonly config?: string;
}

export interface AwsOptions extends CommonOptions {
  readonly region?: string;
}

export interface StackOptions extends AwsOptions {
  readonly stack?: string;
}

/** Of commands that read records. */
export interface SinceOptions extends AwsOptions {
  /** Milliseconds. */
  readonly since: number;
}

export interface TemplateOptions extends CommonOptions {
  readonly template?: string;
}

/** The options that every command has. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly output?: string;
  /** Of commands that call AWS. */
  readonly profile?: string;
}

/** Adds `--json` and `--output` to every command, but not to groups of commands. */
export function addOutputOptions(command: Command): void {
  for (const each of command.commands) addOutputOptions(each);
  if (command.commands.length > 0) return;
  command
    .option('--json', 'print one JSON document for programs instead of text for people')
    .option('--output <file>', 'write the result to a file instead of the terminal');
}

/** A path from the command line, seen from the terminal's directory. */
export function fromHere(context: Context, path: string): string {
  return resolve(context.terminal.cwd, path);
}

/** The configuration directory, absolute. */
export function configOf(context: Context, { config }: CommonOptions): string {
  return config === undefined ? resolve(context.project, DEFAULT_CONFIG) : fromHere(context, config);
}

/** The configuration directory relative to the project's directory, where the CDK runs; absolute outside it. */
export function configInProject(context: Context, options: CommonOptions): string {
  const directory = configOf(context, options);
  const path = relative(context.project, directory);
  return path.startsWith('..') ? directory : path || '.';
}
