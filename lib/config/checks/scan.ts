import type { Problem } from '../model';
import type { Parsed } from '../parsed';
import { problemAt } from '../source/source';

/** The weekly scan takes its scanner from Debian's archive, and reports by the journal. */
export function scan({ airlock, agents }: Parsed): Problem[] {
  return agents.flatMap(({ source, settings }) => {
    if (settings.scan !== 'weekly') return [];
    const problem = (message: string, fix: string) => [
      problemAt({ source, path: ['scan'] }, { message, fix: `${fix}, or write scan: off` }),
    ];
    if (settings.host?.os === 'debian-12')
      return problem("finds no scanner: Debian 12 doesn't have gitleaks", 'write host.os: debian-13');
    if (airlock?.settings.audit?.journal === false)
      return problem('has no way to report: audit.journal is false', 'write audit.journal: true');
    return airlock?.settings.mirrors && airlock.settings.mirrors.apt === undefined
      ? problem('has no source for its scanner, gitleaks', 'name mirrors.apt in airlock.yaml')
      : [];
  });
}
