import type { AccountResult } from '../operations/account/account';
import { checkLines } from './check-lines';
import { EXIT } from './context';
import type { Views } from './respond';

export const accountViews: Views<AccountResult> = {
  json: (result) =>
    result.reason === 'no-template'
      ? { error: result.message }
      : { stack: result.stack, ready: result.reason === 'ready', checks: result.lines },
  lines: (result, context) => {
    const { colours } = context;
    if (result.reason === 'no-template') return [`${colours.red('error:')} ${result.message}`];
    const failed = result.lines.filter(({ result: each }) => each === 'fail').length;
    return [
      ...checkLines(result.lines, context),
      failed > 0
        ? colours.red(
            `the account is not ready for ${result.stack}: ${failed} of ${result.lines.length} failed`,
          )
        : colours.green(`${result.stack}: nothing failed`),
    ];
  },
  exitCode: ({ reason }) => (reason === 'ready' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason === 'no-template',
};
