import { onlyReads } from '../../config/values/http-method';
import { broken, fail, type PreflightCheck, pass } from './check';

/** No more than the agent needs. A written reason (`because`) doesn't make a wide rule pass. */
export const scope: PreflightCheck = {
  id: 'scope',
  title: 'it may change only what its rules name',
  run: (subject) => {
    const wall = broken(subject, ['NET-1', 'NET-2', 'NET-3', 'NET-4', 'IAM-1', 'POL-1']);
    if (wall) return wall;
    const { egress } = subject.agent;
    const wide = egress.find(
      ({ methods, paths, risk }) =>
        risk !== 'high' &&
        !onlyReads(methods) &&
        (methods.length === 0 || paths.length === 0 || paths.includes('/*')),
    );
    if (wide) {
      return fail(
        `rule ${wide.id} lets it write anywhere on ${wide.host}`,
        'name the methods and paths it needs, or make the rule high',
      );
    }
    const writes = egress.filter(({ methods, risk }) => risk === 'medium' && !onlyReads(methods));
    return pass(
      writes.length === 0
        ? 'no rule in force lets it write, besides calls of its model'
        : `it may write by ${writes.map(({ id }) => id).join(', ')} alone`,
    );
  },
};
