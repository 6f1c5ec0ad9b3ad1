import { join } from 'node:path';
import { type Agent, type Airlock, loadAirlock, parseFormatter, renderFormatter } from '../../lib/config';
import { init } from '../../lib/operations/init';
import { filled, type Recipe, readRecipes } from '../../lib/operations/init/recipe';
import { compilePolicy, explain } from '../../lib/policy';
import { readBundle } from '../../lib/policy/document/read';
import { temporary } from '../cli/config-directory';

const VALUES = { repository: 'acme/widgets' };
const recipes = (() => {
  const read = readRecipes('none');
  if (!read.ok) throw new Error(read.message);
  return read.recipes;
})();
const REQUIRED = [
  'github-pull-requests',
  'github-read-private',
  'github-release-notes',
  'github-triage-issues',
  'telegram',
];

/** The one secret that each host is sent, and what becomes of the value `abc` on the wire. */
const SECRETS: Readonly<Record<string, string>> = {
  'github.com': 'github-git-token',
  'api.github.com': 'github-api-token',
  'api.telegram.org': 'telegram-bot-token',
};
const ON_THE_WIRE: Readonly<Record<string, object>> = {
  'github-git-token': {
    header: 'Authorization',
    value: `Basic ${Buffer.from('x-access-token:abc').toString('base64')}`,
  },
  'github-api-token': { header: 'Authorization', value: 'Bearer abc' },
};

/** An agent that does these jobs, as `init` writes it and `check` reads it. */
async function agentWith(jobs: readonly Recipe[]): Promise<{ airlock: Airlock; agent: Agent }> {
  const cwd = temporary();
  const asks = jobs.some((job) => 'repository' in job.with);
  const result = await init({
    agent: 'widgets',
    directory: join(cwd, 'config'),
    cwd,
    dryRun: false,
    answers: {
      runtime: 'codex',
      model: 'openai',
      jobs: jobs.map(({ name }) => name).join(','),
      owner: 'dev@example.com',
      region: 'us-east-1',
      'mirror.apt': 'https://mirror.example.com/debian',
      'mirror.npm': 'https://npm.example.com',
      ...(asks && { 'with.repository': VALUES.repository }),
    },
  });
  expect(result).toMatchObject({ reason: 'written' });
  const loaded = loadAirlock(join(cwd, 'config'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [agent] = loaded.airlock.agents;
  if (!agent) throw new Error('no agent');
  return { airlock: loaded.airlock, agent };
}

interface Request {
  readonly method: string;
  readonly url: string;
  /** A GraphQL document. */
  readonly query?: string;
}

function requestOf(line: string): Request {
  const [method = '', url = '', ...query] = filled(line, VALUES).split(' ');
  return { method, url, ...(query.length > 0 && { query: query.join(' ') }) };
}

function judged(airlock: Airlock, agent: Agent, { query, ...request }: Request) {
  const body = query === undefined ? undefined : Buffer.from(JSON.stringify({ query }));
  return explain(airlock, agent, request, { headers: [], ...(body && { body }) });
}

/** The requests of a job, each as one line, and their rules. */
function jobOf({ job }: Pick<Recipe, 'job'>): [string, string][] {
  return job.map(({ request, body = '', rule }) => [`${request} ${body}`.trim(), rule]);
}

/** Requests near one of a job: they differ in one thing, which no rule of the job may let through. */
function nearMisses({ method, url }: Request): Request[] {
  const others = [
    'acme/gadgets',
    'acme/widgets2',
    'acme/Widgets',
    'rival/widgets',
    'acme/widgets/../gadgets',
  ];
  return [
    ...['DELETE', 'PUT', 'TRACE', method.toLowerCase()].map((other) => ({ method: other, url })),
    ...others
      .map((other) => ({ method, url: url.replace(/acme\/widgets/g, other) }))
      .filter((each) => each.url !== url),
    { method, url: url.replace('https:', 'http:') },
    { method, url: url.replace(/^https:\/\/[^/]+/, 'https://attacker.example') },
  ];
}

test('the recipes are those of the documented jobs', () => {
  expect(recipes.map(({ name }) => name)).toEqual(REQUIRED);
});

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s', (_name, recipe) => {
  let airlock: Airlock;
  let agent: Agent;
  beforeAll(async () => {
    ({ airlock, agent } = await agentWith([recipe]));
  });

  test.each(jobOf(recipe))('%s passes by %s', (request, rule) => {
    const wanted = requestOf(request);
    const secret = SECRETS[new URL(wanted.url).hostname];
    expect(judged(airlock, agent, wanted)).toMatchObject({ allowed: true, rule, secret, secrets: [secret] });
  });

  test('every rule of the recipe serves a request of its job', () => {
    const own = agent.egress.filter(({ preset }) => preset === undefined || preset === recipe.name);
    expect(own.map(({ id }) => id).filter((id) => !recipe.job.some(({ rule }) => rule === id))).toEqual([]);
  });

  test('what is near the job is refused: other repositories, hosts and methods, and what the recipe names', () => {
    const near = [
      ...recipe.refused.map(requestOf),
      ...recipe.job.flatMap(({ request }) => nearMisses(requestOf(request))),
    ];
    const passed = near.filter((request) => judged(airlock, agent, request).allowed);
    expect(passed).toEqual([]);
  });

  test('warden takes its policy', () => {
    const { text } = compilePolicy(airlock, agent);
    expect(readBundle(text, 'widgets', '/airlock/widgets/')).toMatchObject({ ok: true });
  });
});

test('all jobs fit into one agent: what two bring stands there once, and each request of each job passes', async () => {
  const { airlock, agent } = await agentWith(recipes);
  const refused = recipes.flatMap(({ job }) =>
    jobOf({ job }).filter(([request]) => !judged(airlock, agent, requestOf(request)).allowed),
  );
  expect(refused).toEqual([]);
  expect(agent.egress.filter(({ id }) => id === 'git-refs')).toHaveLength(1);
  const sent = agent.secrets.flatMap(({ id, inject }) => {
    if (inject.kind !== 'header' || !(id in ON_THE_WIRE)) return [];
    const parsed = parseFormatter(inject.formatter);
    return [[id, { header: inject.header, value: parsed.ok && renderFormatter(parsed.parts, 'abc') }]];
  });
  expect(Object.fromEntries(sent)).toEqual(ON_THE_WIRE);
});
