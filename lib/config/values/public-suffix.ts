/** Second labels that registries under a country's two letters sell names below: co.uk, com.au, ne.jp. */
const SECOND = new Set(
  'ac ad art asso biz co com coop ed edu firm fin gen go gob gouv gov govt gr gub gv id idv ind inf info int lg ltd me med mi mil mod muni ne net nhs nic nom nsw or org plc pol police pp press priv pro qld sch school tm vic web'.split(
    ' ',
  ),
);

/**
 * Whether names directly below this one are sold to anybody: a top-level domain, or a second level that
 * registries use. It leans towards yes: a country's own rare forms are caught by their shape, not by a list that
 * ages. Names that clouds hand out (`*.github.io`) are POL-1's matter: see `shared-hosts.ts`.
 */
export function isPublicSuffix(name: string): boolean {
  const labels = name.split('.');
  const [second, top] = labels.slice(-2);
  return labels.length === 1 || (labels.length === 2 && top?.length === 2 && SECOND.has(second ?? ''));
}
