import { createHash } from 'node:crypto';
import { printable } from './printable';

export interface HtmlPage {
  readonly title: string;
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** HTML, whose texts are escaped. */
  readonly body: string;
  /** More directives of the content security policy. */
  readonly policy?: readonly string[];
}

/** One HTML file. Its policy lets its own scripts and styles run, by their digests, and nothing else. */
export function htmlPage({ title, styles, scripts, body, policy = [] }: HtmlPage): string {
  const directives = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${styles.map(hash).join(' ')}`,
    `script-src ${scripts.map(hash).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    ...policy,
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${directives.join('; ')}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    // An empty icon, so that no browser asks for one.
    '<link rel="icon" href="data:,">',
    `<title>${escaped(title)}</title>`,
    ...styles.map((text) => `<style>${text}</style>`),
    `</head><body>${body}`,
    ...scripts.map((text) => `<script>${text}</script>`),
    '</body></html>\n',
  ].join('\n');
}

/** For text and for attributes in double quotes; letters that turn or hide text are written out. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
