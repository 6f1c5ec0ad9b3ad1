import { relative } from 'node:path';
import { type SchemaResult, writeSchemas } from '../../operations/schema';
import { printable } from '../../printable';
import { command } from '../command';
import { EXIT } from '../context';
import { type CommonOptions, configOf, configOption } from '../options';
import { respond, type Views } from '../respond';

interface Options extends CommonOptions {
  readonly check?: boolean;
}

const views: Views<SchemaResult> = {
  lines: (result, { terminal, colours }) => {
    const shown = (file: string) => printable(relative(terminal.cwd, file));
    switch (result.reason) {
      case 'written':
        return result.files.map((file) => `written: ${shown(file)}`);
      case 'current':
        return [`${colours.green('current:')} ${result.files.map(shown).join(', ')}`];
      case 'stale':
        return result.files.map(
          (file) => `${colours.red('out of date:')} ${shown(file)}: run 'airlock schema'`,
        );
      case 'unwritable':
        return [`${colours.red('error:')} can't write ${shown(result.file)}: ${result.message}`];
    }
  },
  exitCode: ({ reason }) => (reason === 'written' || reason === 'current' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason === 'unwritable',
};

export const registerSchema = command('schema', {
  summary: "write the JSON Schemas that editors use for the configuration's files",
  description:
    "Writes schema/*.json in the configuration directory, generated from the schema that `check` judges by. Name one in a file's first line: `# yaml-language-server: $schema=../schema/agent.schema.json`.",
  options: [configOption(), ['--check', 'write nothing; exit 1 when a file is out of date']],
  examples: ['airlock schema', 'airlock schema --check'],
  exitCodes: '0 written or current, 1 out of date or unwritable.',
  run: (context, options: Options) => {
    respond(context, writeSchemas(configOf(context, options), options.check === true), views);
  },
});
