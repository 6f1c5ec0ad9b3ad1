import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesised, withScratch } from './measure.mjs';

const LIMIT = 12 * 1024;
const RUNTIMES = {
  hermes: ['anthropic', ''],
  openclaw: ['anthropic', ''],
  'claude-code': ['anthropic', ''],
  codex: ['openai', ''],
  custom: ['anthropic', 'custom: { command: /opt/agent/current/agent, install: "true" }'],
};

/** Bytes of an agent host's user data, runtime by runtime, as deployed with a certificate of an RSA 4096 key. */
export function benchUserData() {
  return withScratch((scratch) => {
    const config = join(scratch, 'config');
    cpSync('test/fixtures/kit', config, { recursive: true });
    rmSync(join(config, 'agents'), { recursive: true });
    mkdirSync(join(config, 'agents'));
    for (const [runtime, [preset, more]] of Object.entries(RUNTIMES)) {
      writeFileSync(
        join(config, 'agents', `${runtime}.yaml`),
        `name: ${runtime}
runtime: ${runtime}
role: operator
owner: owner@example.com
host: { instanceType: t4g.large, root: false }
egress: [{ preset: ${preset} }]
budget: { monthlyUsd: 50 }
${more}
`,
      );
    }
    const out = join(scratch, 'out');
    synthesised(out, { config });
    const { Resources } = JSON.parse(readFileSync(join(out, 'airlock.template.json'), 'utf8'));
    console.log(`runtime      bytes of user data (limit ${LIMIT} of EC2's 16384)`);
    for (const runtime of Object.keys(RUNTIMES)) {
      const size = sizeOf(hostOf(Resources, runtime));
      console.log(`${runtime.padEnd(11)}  ${String(size).padStart(5)}`);
      if (size >= LIMIT) process.exitCode = 1;
    }
  });
}

function hostOf(resources, agent) {
  const has = (tags, key, value) => tags.some(({ Key, Value }) => Key === key && Value === value);
  return Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::EC2::Instance' &&
      has(Properties.Tags, 'airlock:part', 'agent-host') &&
      has(Properties.Tags, 'airlock:agent', agent),
  ).Properties.UserData['Fn::Base64'];
}

/** What deployment fills in counts as the longest address (15), and the one that is split as the certificate (2,000). */
function sizeOf(value) {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const [separator, parts] = value['Fn::Join'] ?? ['', undefined];
  if (!Array.isArray(parts)) return parts === undefined ? 15 : 2000;
  const sizes = parts.map(sizeOf);
  return sizes.reduce((sum, size) => sum + size, separator.length * (sizes.length - 1));
}
