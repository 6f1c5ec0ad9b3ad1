import type { ProxyConfig } from '../../lib/policy/document/schema';

/**
 * A second opinion on the compiled document alone: the allowlist as regular expressions, written without a look at
 * lib/policy. It knows texts of ASCII letters and the patterns the properties use, and nothing of the transport.
 */
function expression(glob: string, between: string): RegExp {
  const source = glob.replace(/\[[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return between;
    if (part === '?') return '[^/]';
    return part.length > 1 ? part : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}

function hostFits(glob: string, name: string): boolean {
  if (glob === '*') return true;
  return glob.startsWith('*.')
    ? name === glob.slice(2) || name.endsWith(glob.slice(1))
    : expression(glob, '[^/]*').test(name);
}

function pathFits(glob: string, path: string): boolean {
  if (glob.endsWith('/*')) return `${path}/`.startsWith(glob.slice(0, -1));
  return expression(glob, '[^/]*').test(path);
}

export function naivelyAllowed(
  configuration: ProxyConfig,
  method: string,
  host: string,
  path: string,
): boolean {
  const allowlist = configuration.transforms?.find(({ name }) => name === 'allowlist');
  if (allowlist?.name !== 'allowlist') return true;
  return (allowlist.config.rules ?? []).some(
    (rule) =>
      'host' in rule &&
      hostFits(rule.host, host) &&
      (rule.methods === undefined || rule.methods.includes(method)) &&
      (rule.paths === undefined || rule.paths.some((glob) => pathFits(glob, path))),
  );
}
