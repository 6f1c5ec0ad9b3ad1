import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Agent, EgressRule, Secret } from '../../lib/config/model';
import { agentOf } from './support';

const rule = z.strictObject({
  id: z.string(),
  host: z.string(),
  methods: z.array(z.string()),
  paths: z.array(z.string()),
  secret: z.string().optional(),
  sign: z.strictObject({ service: z.string(), region: z.string() }).optional(),
  risk: z.enum(['low', 'medium', 'high']),
});
const secret = z.strictObject({
  id: z.string(),
  parameter: z.string(),
  header: z.string().optional(),
  query: z.string().optional(),
  formatter: z.string().optional(),
  placeholder: z.string().optional(),
});
const policy = z.strictObject({ vpc: z.string(), rules: z.array(rule), secrets: z.array(secret) });
const request = z.strictObject({
  method: z.string(),
  url: z.string().optional(),
  target: z.string().optional(),
  host: z.string().optional(),
  sni: z.string().optional(),
  scheme: z.enum(['http', 'https']).optional(),
  via: z.enum(['direct', 'tunnel', 'absolute']).optional(),
  connect: z.string().optional(),
  upgrade: z.literal('websocket').optional(),
});
const expectation = z.strictObject({
  allowed: z.boolean(),
  rule: z.string().optional(),
  secret: z.string().optional(),
  secrets: z.array(z.string()).optional(),
  by: z.enum(['transport', 'proxy', 'rules', 'grant', 'secret', 'plaintext', 'network']),
  status: z.union([z.int(), z.literal('none')]).optional(),
});
const file = z.strictObject({
  format: z.literal(1),
  sources: z.record(z.string(), z.string()),
  policies: z.record(z.string(), policy),
  groups: z.array(
    z.strictObject({
      name: z.string(),
      policy: z.string(),
      cases: z.array(
        z.strictObject({
          id: z.string(),
          shows: z.string(),
          policy: z.string().optional(),
          request,
          expect: expectation,
          from: z.array(z.string()).min(1),
          unproven: z.string().optional(),
        }),
      ),
    }),
  ),
});

const path = join(__dirname, '..', 'fixtures', 'decisions.yaml');

/** The shared cases, in their own format, checked. */
export const decisions = file.parse(parse(readFileSync(path, 'utf8'), { uniqueKeys: true }));

function injection(given: z.infer<typeof secret>): Secret['inject'] {
  const { header, query, formatter = '', placeholder } = given;
  if (header !== undefined) return { kind: 'header', header, formatter };
  if (query !== undefined) return { kind: 'query', parameter: query, formatter };
  return { kind: 'path', placeholder: placeholder ?? '' };
}

export function agentFor(name: string): { readonly agent: Agent; readonly vpc: string } {
  const found = decisions.policies[name];
  if (!found) throw new Error(`no policy ${name}`);
  const rules = found.rules.map(
    ({ sign, ...fields }): EgressRule => ({
      ...fields,
      ...(sign ? { awsAuth: { ...sign, actions: [], resources: [] } } : {}),
    }),
  );
  const secrets = found.secrets.map(
    (given): Secret => ({
      id: given.id,
      parameter: given.parameter,
      inject: injection(given),
      ttlSeconds: 900,
    }),
  );
  return { agent: agentOf(rules, secrets, name), vpc: found.vpc };
}
