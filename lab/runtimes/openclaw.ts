import { PLANTED, type RuntimeCheck, type Seen } from './check';
import { all, asksFor, callsModel, carriesDirectives, endsWell, neverSays, says } from './conditions';
import { OPENCLAW_TELEGRAM_CHECKS } from './openclaw-telegram';
import { whileRunning } from './scripts';

const CONFIG = '/etc/airlock/openclaw.json';
const URL = 'http://127.0.0.1:18789';

/** Warnings of `openclaw security audit` that the kit accepts, and why. A critical finding is never accepted. */
export const ACCEPTED_FINDINGS: Readonly<Record<string, string>> = {
  'fs.config.perms_group_readable':
    "the file belongs to root, so that the agent can't loosen it, and holds no secret: the token is made at each start",
  'fs.config_include.perms_group_readable':
    'the same, for the settings that openclaw.json includes and overrules',
  'security.trust_model.multi_user_heuristic':
    'a channel with groups: only paired people are answered, in private, and nothing on the machine is shared',
};

/** Shell condition: the gateway is up. */
export const OPENCLAW_READY = `curl -s ${URL}/readyz | grep -q '"ready":true'`;

/** Runs commands while the gateway is up. */
const gateway = (commands: string) => whileRunning(OPENCLAW_READY, commands);

export const OPENCLAW_ASK = '/opt/agent/run agent --agent main --message hello';

interface Finding {
  readonly checkId: string;
  readonly severity: string;
}

function findings({ output }: Seen): readonly Finding[] | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf('{\n'))).findings;
  } catch {
    return undefined;
  }
}

const AUDIT = {
  script: `umask 77; mkdir .openclaw; head -c 32 /dev/urandom | base64 >.openclaw/token
/opt/agent/run security audit --json 2>/dev/null`,
  seconds: 120,
  problems: (seen: Seen) =>
    findings(seen)
      ?.filter(({ severity }) => severity !== 'info')
      .filter(({ checkId, severity }) => severity === 'critical' || !(checkId in ACCEPTED_FINDINGS))
      .map(({ checkId, severity }) => `${severity}: ${checkId}`) ?? ['the output of the audit is unreadable'],
};

export const OPENCLAW_CHECKS: readonly RuntimeCheck[] = [
  {
    id: 'openclaw-1',
    title:
      'the gateway answers through the proxy box; the real key reaches the model, and the machine holds a placeholder',
    script: gateway(OPENCLAW_ASK),
    seconds: 180,
    problems: callsModel('/v1/messages', 'x-api-key'),
    // Without the CONNECT port OpenClaw refuses names that resolve to a private address.
    weakenedBy: { path: CONFIG, from: '"proxy":{"proxyUrl":"http://${PROXY}:8080"},', to: '' },
  },
  {
    id: 'openclaw-2',
    title: 'the directives reach the model as SOUL.md',
    script: gateway(OPENCLAW_ASK),
    seconds: 180,
    problems: carriesDirectives,
    weakenedBy: { path: '/opt/agent/run', from: 'install -m 444', to: ': install -m 444' },
  },
  {
    id: 'openclaw-3',
    title: 'its own audit finds nothing critical, and no warning without an accepted reason',
    ...AUDIT,
    weakenedBy: { path: CONFIG, from: '"mode":"token"', to: '"mode":"none"' },
  },
  {
    id: 'openclaw-4',
    title: 'the gateway listens on loopback only',
    script: gateway('ss -Hltun | sed -E "s/ +/ /g" | cut -d" " -f5 | sort | sed "s/^/listens: /"'),
    seconds: 180,
    problems: ({ output }) => {
      const listening = [...output.matchAll(/^listens: (.+)$/gm)].map((match) => match[1] as string);
      const open = listening.filter((address) => !/^(127\.0\.0\.1|\[::1\]):18789$/.test(address));
      return [
        ...(listening.length === 0 ? ['it listens nowhere'] : []),
        ...open.map((address) => `it listens on ${address}`),
      ];
    },
    weakenedBy: { path: CONFIG, from: '"bind":"loopback"', to: '"bind":"lan"' },
  },
  {
    id: 'openclaw-5',
    title: 'the gateway requires its token, which changes at every start',
    script: `${gateway(`cat .openclaw/token >first
OPENCLAW_GATEWAY_TOKEN=wrong-token-000000000000 OPENCLAW_CONFIG_PATH=${CONFIG} PROXY=192.0.2.1 DAYS=14 TOOLS=messaging \\
  PROVIDER=anthropic MODEL=anthropic/m /opt/agent/current/bin/node /opt/agent/current/node_modules/openclaw/openclaw.mjs \\
  gateway call health --timeout 10000 2>&1 | sed 's/^/stranger: /'
/opt/agent/run gateway call health --timeout 10000 2>&1 | sed 's/^/owner: /'`)}
${gateway('cmp -s first .openclaw/token || echo the token changed')}`,
    seconds: 240,
    problems: all(says('the token changed'), ({ output }) => [
      ...(/^stranger: .*(unauthorized|token mismatch)/im.test(output) ? [] : ['a stranger was let in']),
      ...(/^owner: .*"ok": ?true/m.test(output) ? [] : ['its owner was kept out']),
    ]),
    weakenedBy: { path: CONFIG, from: '"mode":"token"', to: '"mode":"none"' },
  },
  {
    id: 'openclaw-6',
    title: 'unlisted skills are hidden from the model, in every place where it looks for skills',
    script: `for place in .openclaw/skills .openclaw/workspace/skills .agents/skills; do
  mkdir -p $place/planted
  printf -- '---\\nname: planted\\ndescription: ${PLANTED}\\n---\\nx\\n' >$place/planted/SKILL.md
done
${gateway(OPENCLAW_ASK)}`,
    seconds: 180,
    problems: all(callsModel('/v1/messages', 'x-api-key'), ({ model }) =>
      model.some(({ found }) => found.includes(PLANTED)) ? ['the model was told of a planted skill'] : [],
    ),
    weakenedBy: {
      path: '/etc/airlock/settings.json',
      from: '"skills":[]',
      to: '"repoRoot":"/var/lib/agent"',
    },
  },
  {
    id: 'openclaw-7',
    title: 'besides its model it requests only a list of plugins; the proxy box refuses it without harm',
    script: gateway(OPENCLAW_ASK),
    seconds: 180,
    problems: all(
      asksFor('POST api.anthropic.com/v1/messages', 'GET api.anthropic.com/v1/models', 'GET clawhub.ai/*'),
      callsModel('/v1/messages', 'x-api-key'),
    ),
    weakenedBy: { path: CONFIG, from: '"update":{"checkOnStart":false},', to: '' },
  },
  {
    id: 'openclaw-8',
    title: 'an included file cannot weaken openclaw.json',
    script: '/opt/agent/run config get gateway --json',
    problems: all(endsWell, says('"bind": "loopback"'), says('"mode": "token"'), neverSays('"lan"')),
    assumed: {
      path: '/etc/airlock/settings.json',
      from: '{"agents"',
      to: '{"gateway":{"bind":"lan","auth":{"mode":"none"}},"agents"',
    },
    weakenedBy: { path: CONFIG, from: '"bind":"loopback","auth":{"mode":"token"},', to: '' },
  },
  {
    id: 'openclaw-9',
    title: 'the runtime accepts its own configuration before the agent starts',
    script: '/opt/agent/run check',
    problems: endsWell,
    weakenedBy: { path: CONFIG, from: '"checkOnStart"', to: '"checkAtStart"' },
  },
  {
    id: 'openclaw-10',
    title: 'the audit finds no more with the tools of a builder or operator',
    ...AUDIT,
    assumed: { path: '/etc/airlock/runtime.env', from: 'TOOLS=messaging', to: 'TOOLS=coding' },
    weakenedBy: {
      path: CONFIG,
      from: '"security":"allowlist","ask":"on-miss"',
      to: '"security":"full","ask":"off"',
    },
  },
  ...OPENCLAW_TELEGRAM_CHECKS,
];
