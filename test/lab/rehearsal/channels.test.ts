import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Console } from '../../../lab/rehearsal/run/console';
import { Guest } from '../../../lab/rehearsal/run/guest';
import { temporary } from '../../support/temporary';

test('a console passes on each line without colours, and finds earlier and later lines', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  const console = new Console(stream, (line) => lines.push(line));
  const later = console.until(/second/, 60);
  stream.write('\u001b[0;32mfirst\u001b[0m line\r\nthe second\n');
  expect((await later)?.text).toBe('the second');
  expect((await console.until(/first/, 60))?.text).toBe('first line');
  expect(lines).toEqual(['first line', 'the second']);
});

describe('the channel to the program inside', () => {
  let directory: string;
  beforeEach(() => {
    directory = temporary();
  });

  /** In place of qemu's end of the port. */
  async function channel(): Promise<{
    guest: Guest;
    inside: Socket;
    heard: Promise<string>;
    close: () => void;
  }> {
    const path = join(directory, 'inside');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const guest = await Guest.connect(path);
    const inside = await accepted;
    const heard = new Promise<string>((resolve) => inside.once('data', (data) => resolve(String(data))));
    const close = () => {
      inside.destroy();
      server.close();
    };
    return { guest, inside, heard, close };
  }

  test('boots are counted by their ids, whatever else arrives', async () => {
    const { guest, inside, close } = await channel();
    inside.write('{"ready":"a"}\nno json\n{"ready":"a"}\n{"ready":"b"}\n');
    expect(await guest.booted(1, 60)).toBe('b');
    expect(guest.bootCount).toBe(2);
    close();
  });

  test('a command gets its own answer', async () => {
    const { guest, inside, heard, close } = await channel();
    const said = guest.run('true', 7);
    const asked = JSON.parse(await heard);
    expect(asked).toEqual({ id: asked.id, run: 'true', seconds: 7 });
    inside.write(`{"id":999,"code":1}\n{"id":${asked.id},"code":0,"out":"x","errors":""}\n`);
    expect(await said).toEqual({ code: 0, out: 'x', errors: '' });
    close();
  });

  test('when the machine ends, no command keeps waiting', async () => {
    const { guest, heard, close } = await channel();
    const said = guest.run('true');
    await heard;
    close();
    expect(await said).toEqual({ code: -1, out: '', errors: 'no answer from inside' });
  });
});
