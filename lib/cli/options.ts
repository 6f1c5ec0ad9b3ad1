import { resolve } from 'node:path';
import { Option } from 'commander';
import { DEFAULT_CONFIG } from '../config';
import type { Context } from './context';

/** `--config DIR`, the same everywhere. */
export function configOption(): Option {
  return new Option('--config <dir>', 'the directory with airlock.yaml and agents/').default(DEFAULT_CONFIG);
}

export function jsonOption(): Option {
  return new Option('--json', 'print data for programs instead of text for people');
}

export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** A path from the command line, seen from the terminal's directory. */
export function fromHere(context: Context, path: string): string {
  return resolve(context.terminal.cwd, path);
}
