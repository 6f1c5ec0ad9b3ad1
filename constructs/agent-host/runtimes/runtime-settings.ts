import { matching, within } from '../boot/setting';
import type { RuntimeSettings } from './runtime';

/** The alphabets of settings whose files a shell, a runtime or systemd reads. */
export const SETTING_PATTERNS = {
  /** As providers write them: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `openai/gpt-oss-120b`. */
  model: /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
  serverName: /^[a-z][a-z0-9-]{0,31}$/,
  serverUrl: /^https:\/\/[a-z0-9][a-z0-9.-]*\.[a-z]+(\/[A-Za-z0-9._~-]+)*\/?$/,
  skillName: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  skillVersion: /^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$/,
  sha256: /^[0-9a-f]{64}$/,
  /** One line of printable ASCII. */
  command: /^[\x20-\x7e]{1,500}$/,
  /** Plain ASCII in lines. */
  script: /^[\t\n\x20-\x7e]{0,4000}$/,
} as const;

const PRESET = /^[a-z][a-z0-9-]{0,63}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const MIRROR = /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(\/[A-Za-z0-9._~-]+)*$/;
const DAYS = [1, 365] as const;

/** @throws with the setting, its value, what is allowed */
export function checkSettings(settings: RuntimeSettings): RuntimeSettings {
  const { provider, model, mcpServers = [], skills = [], transcriptDays, custom } = settings;
  const is = SETTING_PATTERNS;
  matching('provider', provider?.preset, PRESET, 'the name of a preset');
  matching('region', provider?.region, REGION, 'an AWS region');
  matching('model', model, is.model, 'a model id');
  matching('npmMirror', settings.npmMirror, MIRROR, 'an https address');
  matching('pypiMirror', settings.pypiMirror, MIRROR, 'an https address');
  for (const { name, url } of mcpServers) {
    matching('mcpServers.name', name, is.serverName, 'lower-case letters, digits and hyphens');
    matching('mcpServers.url', url, is.serverUrl, 'an https address without query');
  }
  for (const { name, version, sha256 } of skills) {
    matching('skills.name', name, is.skillName, 'letters, digits, ".", "_" and "-"');
    matching('skills.version', version, is.skillVersion, 'a version');
    matching('skills.sha256', sha256, is.sha256, '64 hex digits');
  }
  if (transcriptDays !== undefined) within('transcriptDays', transcriptDays, DAYS);
  matching('custom.command', custom?.command, is.command, 'one line of printable ASCII');
  matching('custom.install', custom?.install, is.script, 'at most 4000 characters of plain ASCII');
  return settings;
}
