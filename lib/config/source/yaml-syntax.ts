import type { YAMLError } from 'yaml';
import type { Finding } from '../finding';

const FINDINGS: Record<string, Finding> = {
  RESOURCE_EXHAUSTION: { message: 'is nested too deeply to be read', fix: 'flatten it' },
  TAB_AS_INDENT: { message: 'is indented with a tab', fix: 'indent with spaces: YAML does not take tabs' },
  BAD_INDENT: {
    message: 'is indented wrongly here, or a bracket before it is not closed',
    fix: 'align it with its neighbours, and close every bracket',
  },
  BAD_ALIAS: { message: 'uses a YAML alias', fix: 'write the value out' },
  MULTIPLE_ANCHORS: { message: 'uses YAML anchors', fix: 'write the value out' },
  MULTIPLE_TAGS: { message: 'uses YAML tags', fix: 'remove them' },
  TAG_RESOLVE_FAILED: { message: 'uses a YAML tag', fix: 'remove it' },
  BAD_DIRECTIVE: { message: 'starts with a YAML directive', fix: 'remove the line that starts with "%"' },
  MISSING_CHAR: { message: 'misses a quote, bracket or brace', fix: 'close what was opened before here' },
  UNEXPECTED_TOKEN: { message: 'has something unexpected here', fix: 'remove it, or put the text in quotes' },
  MULTILINE_IMPLICIT_KEY: {
    message: 'has a key without a ":"',
    fix: 'write "key: value", a space after the colon',
  },
  BLOCK_AS_IMPLICIT_KEY: { message: 'has a second ":" in one line', fix: 'put the value in quotes' },
  BLOCK_IN_FLOW: { message: 'mixes indented lines into brackets', fix: 'close the bracket first' },
  BAD_DQ_ESCAPE: { message: 'has an unknown escape in double quotes', fix: 'use single quotes' },
  BAD_SCALAR_START: { message: 'has a value that starts with a reserved character', fix: 'put it in quotes' },
};

/** The parser's own messages quote the file, which may hold a credential by mistake: so none of them is printed. */
export function syntaxFinding(error: YAMLError): Finding {
  return (
    FINDINGS[error.code] ?? { message: `is not valid YAML (${error.code})`, fix: 'correct the syntax here' }
  );
}
