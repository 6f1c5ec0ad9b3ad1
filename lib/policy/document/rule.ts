import * as z from 'zod/mini';

const HOST = /^(\*\.)?([a-z0-9]([a-z0-9_-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** iron-proxy's rule, without `cidr`: an agent's rules name hosts. */
export const rule = z.strictObject({
  host: z.string().check(z.regex(HOST, 'must be a host name, or "*." and one of at least two labels')),
  methods: z.optional(
    z.array(
      z.string().check(z.regex(/^(?!CONNECT$)[A-Z]+$/, 'must be a method in upper case, but not CONNECT')),
    ),
  ),
  paths: z.optional(z.array(z.string().check(z.regex(/^\//, 'must start with "/"')))),
});
export type Rule = z.infer<typeof rule>;

/** Not empty: without any rule, every request would match. */
export const rules = z.array(rule).check(z.minLength(1));

/** Two rules with the same key are the same rule. */
export function ruleKey({ host, methods, paths }: Partial<Rule>): string {
  return JSON.stringify([host ?? null, methods ?? [], paths ?? []]);
}
