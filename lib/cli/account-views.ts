import type { AccountResult } from '../operations/account/account';
import { checkLines } from './check-lines';
import { EXIT } from './context';
import { orError } from './respond';

export const accountViews = orError<AccountResult>({
  json: ({ stack, reason, lines }) => ({ stack, ready: reason === 'ready', checks: lines }),
  lines: (result, context) => {
    const { colours } = context;
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
});
