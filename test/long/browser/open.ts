import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findProgram } from '../../../lab/host/requirements';

const PATH = process.env.PATH ?? '';
const PATIENCE = 120_000;
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const program = PROGRAMS.flatMap((name) => findProgram(name, PATH) ?? [])[0];

/** What is missing; it also prints that, because a skipped suite must not look like a passed one. */
export function missing(): string | undefined {
  if (program !== undefined) return undefined;
  const why = `no browser is here (${PROGRAMS.join(', ')}): run apt-get install chromium`;
  process.stderr.write(`skipped: ${why}\n`);
  return why;
}

/** A real browser, without its own sandbox, which root can't have. `rebound.example` is this machine. */
export function browser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--host-resolver-rules=MAP rebound.example 127.0.0.1',
    // A newer browser would stop one site from asking another on loopback by itself, and hide what the console does.
    '--disable-features=LocalNetworkAccessChecks',
  ];
  return chromium.launch({ executablePath: program as string, args, timeout: PATIENCE });
}

/** A page, with everything that it complained of and asked the network for. */
export async function open(from: Browser, settings: BrowserContextOptions = {}) {
  const context = await from.newContext(settings);
  // A busy machine is no failure.
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => asked.push(request.url()));
  return { page, complaints, asked, close: () => context.close() };
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong: contrast, names, structure (its rules for WCAG 2 AA, and its best practices). */
export async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations: { id: string; nodes: { html: string }[] }[] = await page.evaluate(
    'axe.run().then(({ violations }) => violations)',
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}

export const LOOKS = ([390, 1440] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    name: `${width} pixels, ${colorScheme}`,
    settings: { colorScheme, viewport: { width, height: 844 } },
  })),
);
