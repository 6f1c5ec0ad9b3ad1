import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type RunningConsole, startConsole } from '../../lib/console/server';
import { OBEYED } from '../cli/obeyed';
import { listening } from '../support/listening';
import { temporary } from '../support/temporary';
import { browser, inaccessible, LOOKS, missing, open, overflow } from './browser/open';
import { sampleConsole, sampleReview } from './browser/sample';

const isMissing = missing() !== undefined;
let chromium: Browser;
beforeAll(async () => {
  if (!isMissing) chromium = await browser();
});
afterAll(() => chromium?.close());

/** Somebody else's web server, on another port of this machine. */
class Site {
  hits = 0;
  url = '';
  private readonly server = createServer((_, response) => {
    this.hits += 1;
    response.setHeader('content-type', 'text/html').end('x');
  });

  static async start(): Promise<Site> {
    const site = new Site();
    site.url = `http://127.0.0.1:${await listening(site.server)}/`;
    return site;
  }

  close(): void {
    this.server.close();
  }
}

/** Nothing of the agent's ran, and what a reader could mistake is written out. */
async function isHarmless(page: Page): Promise<void> {
  expect(await page.title()).not.toBe('owned');
  expect(await page.locator('img').count()).toBe(0);
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toContain("<img src=x onerror=document.title='owned'>");
  expect(text).toContain('\\u202egnp.exe\\u2066');
  expect(text.replaceAll('\n', '')).not.toMatch(OBEYED);
}

(isMissing ? describe.skip : describe)('the review in a browser', () => {
  const file = join(temporary(), 'review.html');
  const url = `file://${file}`;
  beforeAll(() => writeFileSync(file, sampleReview()));

  test.each(LOOKS)('is whole, readable and quiet at $name', async ({ settings }) => {
    const { page, complaints, asked, close } = await open(chromium, settings);
    await page.goto(url);
    await page.locator('canvas').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await inaccessible(page)).toEqual([]);
    await isHarmless(page);
    // A turned telephone: the plot follows.
    await page.setViewportSize({ width: 700, height: 390 });
    await expect.poll(() => overflow(page), { timeout: 120_000 }).toBe(0);
    expect(asked).toEqual([url]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('lets nothing run and nothing load that is not its own', async () => {
    const site = await Site.start();
    const { page, close } = await open(chromium);
    const load = `
      const script = document.createElement('script'); script.textContent = 'document.title = "owned"';
      const image = document.createElement('img'); image.src = '${site.url}';
      document.body.append(script, image);
      new Promise((done) => { image.onload = image.onerror = done })`;
    await page.goto(url);
    await page.evaluate(load);
    await page.evaluate(`fetch('${site.url}', { mode: 'no-cors' }).catch(() => undefined)`);
    expect(await page.title()).not.toBe('owned');
    expect(site.hits).toBe(0);
    // The same on a page without a policy: both would have done harm.
    const plain = join(temporary(), 'plain.html');
    writeFileSync(plain, '<title>x</title><body></body>');
    await page.goto(`file://${plain}`);
    await page.evaluate(load);
    expect(await page.title()).toBe('owned');
    expect(site.hits).toBe(1);
    await close();
    site.close();
  });
});

(isMissing ? describe.skip : describe)('the console in a browser', () => {
  let sample: ReturnType<typeof sampleConsole>;
  let running: RunningConsole;
  let opened: Awaited<ReturnType<typeof open>>;
  let page: Page;
  const show = async (settings = {}) => {
    opened = await open(chromium, settings);
    page = opened.page;
    await page.goto(running.url);
    await page.getByRole('button', { name: 'Show scout' }).click();
    await page.getByText('12:30:04').first().waitFor();
  };
  const ran = (what: string) => sample.ran.filter((argv) => argv.startsWith(`${what} `));
  const said = () => page.locator('#said').textContent();
  beforeEach(async () => {
    sample = sampleConsole();
    running = await startConsole(sample.input);
  });
  afterEach(async () => {
    await opened?.close();
    await running.close();
  });

  test.each(LOOKS)('is whole, readable and quiet at $name', async ({ settings }) => {
    await show(settings);
    expect(await overflow(page)).toBe(0);
    expect(await inaccessible(page)).toEqual([]);
    await isHarmless(page);
    await page.getByRole('button', { name: 'Contain scout' }).click();
    expect(await inaccessible(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    const others = opened.asked.filter((url) => !url.startsWith(new URL(running.url).origin));
    expect(others).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('shows each agent, spend against its limits, requests, refusals and the rule that would allow one', async () => {
    await show();
    const scout = page.getByRole('region', { name: 'scout' });
    for (const text of ['healthy', '$4.40 of $5.00', '$12.00 of $60.00', '$31.00 of $100.00'])
      expect(await scout.textContent()).toContain(text);
    expect(await page.getByRole('meter', { name: 'model, today' }).getAttribute('value')).toBe('4.4');
    expect(await page.getByRole('region', { name: 'mender' }).textContent()).toContain('silent');
    expect(await page.locator('#requests').textContent()).toContain(
      'allowed POST api.anthropic.com/v1/messages',
    );
    expect(await page.locator('#refused').textContent()).toContain('needs a grant');
    expect(await page.locator('#refused').textContent()).not.toContain('allowed');
    expect(await page.locator('#learned').textContent()).toContain('- {id: evil-example');
    sample.records.push({
      ...sample.records[0],
      time: '2026-03-08T12:31:00.000Z',
      path: '/just-now',
    } as never);
    await page.locator('#requests').getByText('/just-now').waitFor();
  });

  test('a grant that was asked for is approved with a reason, and revoked', async () => {
    await show();
    const asked = page.getByRole('listitem').filter({ hasText: 'asked for 1 time' });
    await asked.getByLabel('why release-delete is needed').fill('the tag is wrong');
    // A look in between takes nothing of what somebody writes.
    await expect.poll(() => ran('audit').length, { timeout: 120_000 }).toBeGreaterThan(2);
    await asked.getByRole('button', { name: 'Grant 15 minutes: release-delete' }).click();
    await page.getByRole('button', { name: 'Revoke release-delete' }).click();
    await asked.waitFor();
    expect(ran('grant')).toEqual(['grant scout release-delete --for=15m --because=the tag is wrong']);
    expect(ran('revoke')).toEqual(['revoke scout release-delete']);
  });

  test('a reason written for one agent is not offered for another, and is still there', async () => {
    await show();
    const why = page.getByLabel('why release-delete is needed');
    await why.fill('the tag is wrong');
    await page.getByRole('button', { name: 'Show mender' }).click();
    await expect.poll(() => why.inputValue(), { timeout: 120_000 }).toBe('');
    await why.fill('another');
    await page.getByRole('button', { name: 'Show scout' }).click();
    await expect.poll(() => why.inputValue(), { timeout: 120_000 }).toBe('the tag is wrong');
  });

  test('what one agent showed goes at once when another is chosen', async () => {
    await show();
    const shown = await page.evaluate(`
      document.querySelector('[aria-label="Show mender"]').click();
      ['name', 'grants', 'requests', 'refused', 'learned'].map((id) => document.getElementById(id).textContent)`);
    expect(shown).toEqual(['mender', '', '', '', '']);
    await page.getByRole('button', { name: 'Grant 15 minutes: release-delete' }).waitFor();
  });

  test('a look that comes between press and release takes no click away', async () => {
    await show();
    const box = await page.getByRole('button', { name: 'Contain scout' }).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
    await page.mouse.down();
    sample.state.isContained = true;
    const looks = ran('audit').length;
    await expect.poll(() => ran('audit').length, { timeout: 120_000 }).toBeGreaterThan(looks + 1);
    await page.mouse.up();
    await page.getByRole('dialog').waitFor();
  });

  test('a grant that was asked for is refused, and nothing changes', async () => {
    await show();
    await page.getByRole('button', { name: 'Refuse release-delete' }).click();
    await page.locator('#grants').getByText('asked for').waitFor({ state: 'detached' });
    expect(await said()).toBe('release-delete stays shut');
    expect([...ran('grant'), ...ran('revoke')]).toEqual([]);
  });

  test('contain needs the name of the agent, by mouse and by keyboard', async () => {
    await show();
    const button = page.getByRole('button', { name: 'Contain scout' });
    await button.click();
    const really = page.getByRole('dialog').getByRole('button', { name: 'Contain' });
    expect(await really.isDisabled()).toBe(true);
    await page.keyboard.type('mender');
    await page.keyboard.press('Enter');
    expect(await really.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(ran('contain')).toEqual([]);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('scout');
    await page.keyboard.press('Enter');
    await page.getByText('airlock contain scout: cut off, confirmed').waitFor();
    await page.getByRole('region', { name: 'scout' }).getByText('contained', { exact: true }).waitFor();
    expect(ran('contain')).toEqual(['contain scout']);
  });

  test('all of it is reached by keyboard, and a look that draws again takes no focus away', async () => {
    await show();
    await page.evaluate('document.activeElement.blur()');
    const names: (string | null)[] = [];
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate('document.activeElement.ariaLabel'));
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'Show mender',
        'Contain scout',
        'why merge is needed',
        'Refuse release-delete',
      ]),
    );
    await page.getByRole('button', { name: 'Contain mender' }).focus();
    sample.state.isContained = true;
    await page.getByRole('region', { name: 'scout' }).getByText('contained', { exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Contain mender');
  });

  test.each([
    ['status', 'AWS took too many calls'],
    ['audit', 'the credentials of AWS are no longer valid'],
    ['grants', 'the policy does not exist'],
  ])('when %s fails the page says why, keeps what it showed, and recovers', async (what, problem) => {
    await show();
    sample.breaks.set(what, problem);
    await page.getByRole('alert').getByText(problem).waitFor();
    expect(await page.locator('#requests').textContent()).toContain('allowed POST');
    expect(await page.locator('#grants').textContent()).toContain('asked for 1 time');
    sample.breaks.clear();
    await page.getByRole('alert').getByText(problem).waitFor({ state: 'hidden' });
  });

  test('a contain that fails is never shown as done', async () => {
    await show();
    sample.breaks.set('contain', 'AWS denied ec2:StopInstances');
    await page.getByRole('button', { name: 'Contain scout' }).click();
    await page.keyboard.type('scout');
    await page.keyboard.press('Enter');
    await page.getByText('NOT contained: AWS denied ec2:StopInstances').waitFor();
  });

  test('the page says so when the console has ended', async () => {
    await show();
    await running.close();
    await page.getByRole('alert').getByText('the console has ended').waitFor();
  });

  test('another browser, another name and another site get nothing', async () => {
    await show();
    const other = await open(chromium);
    await other.page.goto(running.url);
    await other.page.getByRole('alert').getByText('it works once').waitFor();
    const { port } = new URL(running.url);
    expect((await other.page.goto(`http://rebound.example:${port}/`))?.status()).toBe(421);
    const site = await Site.start();
    const before = sample.ran.length;
    const evil = await opened.page.context().newPage();
    await evil.goto(site.url);
    // In the browser that has the session, from another port of the same host: it can't read the session, and its origin tells.
    expect(await evil.evaluate("localStorage.getItem('session')")).toBeNull();
    const status = await evil.evaluate(
      `fetch('http://127.0.0.1:${port}/run/contain', { method: 'POST', body: '{"agent":"scout","confirm":"scout"}', credentials: 'include' }).then(({ status }) => status, () => 'blocked')`,
    );
    expect(status).toBe('blocked');
    expect(sample.ran.slice(before).filter((argv) => argv.startsWith('contain'))).toEqual([]);
    site.close();
    await other.close();
  });
});
