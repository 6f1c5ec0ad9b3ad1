import { journal } from '../../lib/warden/journal';
import { ScanReports, scanSilence, tendScan } from '../../lib/warden/scan';
import { raisedBy } from '../../lib/warden/signals';
import { DAY } from '../../lib/watch/period';
import { FakeBox } from './support/fake-box';

test('eight days without a report are a signal; a report and the end of the setting end it', async () => {
  const box = await FakeBox.make();
  let now = box.now();
  box.now = () => now;
  await tendScan(box, true);
  now += 7 * DAY;
  await tendScan(box, true);
  expect(await scanSilence(box)).toBeUndefined();
  now += 2 * DAY;
  const silence = await scanSilence(box);
  expect(raisedBy({ healthy: true, reasons: [] }, undefined, now, undefined, silence)).toMatchObject([
    { signal: 'scan-silent', saw: expect.stringMatching(/^no report since 20/) },
  ]);
  const reports = new ScanReports(box, { tell: () => undefined });
  const part = Buffer.from('airlock-scan {"findings":0,"first":[]}').toString('base64');
  reports.of(journal(box.paths)).frame(Buffer.from(`{"journal":"${part}"}\n`), now);
  await reports.look();
  expect(await scanSilence(box)).toBeUndefined();
  now += 9 * DAY;
  expect(await scanSilence(box)).toBeDefined();
  await tendScan(box, false);
  expect(await scanSilence(box)).toBeUndefined();
});
