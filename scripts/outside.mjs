// npm run outside [-- NAME...]: checks the kit with external tools, each at a pinned version. Every tool must also
// report a defect in a spoilt sample, so that a tool without effect doesn't pass.
//
//   --install       installs missing tools first (Python, Go and npm environments in ~/.cache/agent-airlock)
//   --junit FILE    one test case for each tool
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { actionlint } from './outside/actionlint.mjs';
import { attw } from './outside/attw.mjs';
import { cfnLint } from './outside/cfn-lint.mjs';
import { checkov } from './outside/checkov.mjs';
import { cloudsplaining } from './outside/cloudsplaining.mjs';
import { install, lacking } from './outside/programs.mjs';
import { publint } from './outside/publint.mjs';
import { shellcheck } from './outside/shellcheck.mjs';
import { zizmor } from './outside/zizmor.mjs';

const TOOLS = [cfnLint, checkov, cloudsplaining, shellcheck, actionlint, zizmor, publint, attw];

process.env.CDK_VALIDATION = 'false';
const { values, positionals } = parseArgs({
  options: { install: { type: 'boolean' }, junit: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !TOOLS.some((tool) => tool.name === name));
if (unknown.length > 0) {
  console.error(`no such tool: ${unknown.join(', ')}; there are ${TOOLS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
if (values.install) install();

const results = [];
for (const tool of TOOLS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const began = Date.now();
  const problems = await problemsOf(tool);
  const seconds = (Date.now() - began) / 1000;
  results.push({ name: tool.name, problems, seconds });
  const mark = problems.length === 0 ? 'ok' : 'FAILED';
  console.log(`${mark}: ${tool.name}, ${tool.what} (${seconds.toFixed(1)} s)`);
  for (const problem of problems) console.log(`  ${problem}`);
}
if (values.junit) writeFileSync(values.junit, junit(results));
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;

async function problemsOf(tool) {
  const missing = lacking(tool.program);
  if (missing) return [missing];
  try {
    const blind = (await tool.spoilt()).length === 0;
    return [...(await tool.findings()), ...(blind ? ['it finds nothing in a spoilt sample'] : [])];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function junit(all) {
  const inXml = (text) => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const cases = all.map(({ name, problems, seconds }) => {
    const failure = problems.length > 0 ? `<failure>${inXml(problems.join('\n'))}</failure>` : '';
    return `<testcase classname="outside" name="${name}" time="${seconds}">${failure}</testcase>`;
  });
  const failures = all.filter(({ problems }) => problems.length > 0).length;
  return `<testsuite name="outside" tests="${all.length}" failures="${failures}" skipped="0">${cases.join('')}</testsuite>\n`;
}
