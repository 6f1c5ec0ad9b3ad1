import type { ConfigFiles } from '../config/config-files';
import type { Airlock, Problem } from '../config/model';
import { edits } from '../config/nearest';
import { problemAt, valueAt } from '../config/source/source';
import { registeredName } from '../config/values/public-suffix';
import { SHARED_HOSTS } from '../config/values/shared-hosts';

/** In shorter names one letter makes another honest name too often. */
const LONG = 8;

/**
 * Hosts that are one letter from a host that many use, or from one of a preset: a slip of the keys, or somebody's trap. The
 * rule's secret would go there. A rule with `because` is meant so.
 */
export function lookalikes({ agents }: Airlock, files: ConfigFiles): Problem[] {
  const presets = agents.flatMap(({ egress }) =>
    egress.flatMap(({ preset, host }) => (preset ? [host] : [])),
  );
  const known = new Set(
    [...SHARED_HOSTS, ...presets].map((host) => registeredName(host.replace(/^\*\./, ''))),
  );
  return agents.flatMap(({ file, egress }) => {
    const source = files.agents.find((each) => each.file === file);
    const entries = valueAt(source?.value, ['egress']);
    if (!source || !Array.isArray(entries)) return [];
    return egress.flatMap(({ id, host, preset, because }) => {
      const name = registeredName(host);
      if (preset || because || name.length < LONG || known.has(name)) return [];
      const meant = [...known].find((each) => each.length >= LONG && edits(name, each) === 1);
      if (!meant) return [];
      const index = entries.findIndex((entry) => valueAt(entry, ['id']) === id);
      const message = `is one letter from ${meant}`;
      const fix = `write ${meant}, or say with "because" that ${name} is meant`;
      return [problemAt({ source, path: ['egress', index, 'host'] }, { message, fix })];
    });
  });
}
