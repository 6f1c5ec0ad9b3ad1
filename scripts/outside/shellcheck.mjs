import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { exportsOf } from '../exports-of.mjs';
import { run } from './programs.mjs';
import { sample, variants } from './variants.mjs';

const { unpackFiles } = await exportsOf('constructs/agent-host/boot/packed-files.ts');
const { userDataText } = await exportsOf('lib/user-data-text.ts');

/** Checks every shell script of the repository, and the rendered scripts in the templates. */
export const shellcheck = {
  name: 'shellcheck',
  program: 'shellcheck',
  what: 'every script, and every user data with the scripts in it',
  findings() {
    const rendered = [...new Set(variants().flatMap(({ templates }) => templates.flatMap(scriptsIn)))];
    if (rendered.length < 10) return [`the templates hold only ${rendered.length} scripts`];
    const files = rendered.map((text, index) => sample(`rendered-${index}.sh`, text));
    return [...check(tracked()), ...check(files, excused())];
  },
  spoilt: () => check([sample('spoilt.sh', '#!/bin/sh\nrm -rf $1/*\n')]),
};

function check(files, off = []) {
  const flags = ['--format', 'json', ...off.flatMap((rule) => ['--exclude', rule])];
  const { stdout } = run('shellcheck', [...flags, ...files]);
  return JSON.parse(stdout).map(({ file, line, code, message }) => `${file}:${line} SC${code} ${message}`);
}

/** The user data lacks comments, and so lacks shellcheck's directives: a directive of one script applies to all user data. */
function excused() {
  const directives = tracked().flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/^\s*# shellcheck disable=([\w,]+)/gm),
  ]);
  return [...new Set(directives.flatMap(([, rules]) => rules.split(',')))];
}

function tracked() {
  const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  return files.filter((file) => file.endsWith('.sh') || isScript(readFileSync(file, 'latin1')));
}

function isScript(text) {
  return /^#!.*\b(?:ba|da)?sh\b/.test(text.slice(0, 80));
}

/** The user data of each machine without cloud-init's first line, and each script that it writes. */
function scriptsIn({ template }) {
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::EC2::Instance')
    .flatMap(({ Properties }) => {
      const whole = unpackFiles(userDataText(Properties.UserData)).replace(/^#cloud-boothook\n/, '');
      const written = [...whole.matchAll(/<<\\?'?(\w+)'?.*\n([\s\S]*?)\n\1\n/g)].map(
        ([, , text]) => `${text}\n`,
      );
      return [whole, ...written.filter(isScript)];
    });
}
