import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Guest } from '../../../lab/rehearsal/run/guest';
import { temporary } from '../../support/temporary';

test('when the machine ends, no command keeps waiting', async () => {
  const path = join(temporary(), 'inside');
  // In place of qemu's end of the port.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const guest = await Guest.connect(path);
  const said = guest.run('true');
  const inside = await accepted;
  inside.once('data', () => inside.destroy());
  expect(await said).toEqual({ code: -1, out: '', errors: 'no answer from inside' });
  server.close();
});
