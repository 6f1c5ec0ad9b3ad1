import { z } from 'zod';
import { SETTING_PATTERNS } from '../../../constructs/agent-host/runtimes/runtime-settings';
import { matching } from '../finding';
import { list, text, wholeNumber } from './fields';

const mcpServer = z.strictObject({
  name: text(
    matching(SETTING_PATTERNS.serverName, 'is not a name', 'write lower-case letters, digits and hyphens'),
    'Name of the server, as the runtime shows it.',
  ),
  url: text(
    matching(
      SETTING_PATTERNS.serverUrl,
      'is not an address',
      'write one such as "https://mcp.example.com/mcp"',
    ),
    'HTTPS address of the server; an egress rule must let its requests through.',
  ),
});

const skill = z.strictObject({
  name: text(
    matching(SETTING_PATTERNS.skillName, 'is not a name', "write the name of the skill's directory"),
    "Name of the skill's directory.",
  ),
  version: text(
    matching(SETTING_PATTERNS.skillVersion, 'is not a version', 'write one such as "1.2.0"'),
    'Version, for people.',
  ),
  sha256: text(
    matching(
      SETTING_PATTERNS.sha256,
      'is not a SHA-256 in lower-case hex',
      'compute it as docs/RUNTIMES.md says',
    ),
    "SHA-256 over the skill's files.",
  ),
});

/** The settings of an agent's runtime. */
export const runtimeSettings = {
  model: text(
    matching(SETTING_PATTERNS.model, 'is not a model id', 'write it as the provider does'),
    "Model id, as the provider of the agent's model preset calls it.",
  ).optional(),
  mcpServers: list(mcpServer, 0, 16, 'The only MCP servers the runtime may use.').default([]),
  skills: list(skill, 0, 16, 'The skills that may be on the machine; another is reported.').default([]),
  transcripts: z
    .strictObject({
      days: wholeNumber(1, 365, 'days', 'Days after which a transcript is deleted.').default(14),
    })
    .default({ days: 14 })
    .meta({ description: 'How long conversations are kept on the machine.' }),
  custom: z
    .strictObject({
      command: text(
        matching(
          SETTING_PATTERNS.command,
          'is not one line of printable ASCII',
          'write a shell command line',
        ),
        "Shell command line that is the agent's unit.",
      ),
      install: text(
        matching(
          SETTING_PATTERNS.script,
          'is not at most 4000 characters of ASCII',
          'shorten it, or have it fetch the rest',
        ),
        'Shell, run as root in the directory that becomes /opt/agent/current.',
      ).optional(),
    })
    .optional()
    .meta({ description: 'For the runtime custom: what installs it and what starts it.' }),
};
