import type { IncomingMessage } from 'node:http';
import { Arrivals } from '../../lab/proxy/programs/internet/arrivals';
import { gitBackend } from '../../lab/proxy/programs/internet/git';
import { urlOf } from '../../lab/proxy/programs/internet/site';

describe("the lab's internet", () => {
  test.each([
    ['/a?lab=close', '/a'],
    ['//bot/getMe', '//bot/getMe'],
    ['//', '//'],
    ['https://other.example.com/x', '/x'],
    ['*', '/*'],
    ['http://[', '/'],
    ['/%zz', '/%zz'],
  ])('reads the target %s as the path %s', (target, path) => {
    expect(urlOf(target).pathname).toBe(path);
  });

  test('answers a NUL in the path of a repository with 400', () => {
    const response = { writeHead: vi.fn().mockReturnThis(), end: vi.fn() };
    gitBackend({} as never, response as never, new URL('https://github.com/a/b.git/info%00/x'), '/nowhere');
    expect(response.writeHead).toHaveBeenCalledWith(400);
  });

  test('notes a secret by its id, and its placeholder in its place', () => {
    const arrivals = new Arrivals();
    arrivals.watchFor({ token: '$&-value', key: 'other' }, { token: '1:place;holder' });
    const url = '/bot$&-value/getMe?key=other';
    const request = { url, method: 'GET', headers: {}, rawHeaders: [], socket: {} };
    const { target, secrets } = arrivals.note(request as unknown as IncomingMessage);
    expect(target).toBe('/bot1:place;holder/getMe?key=key');
    expect(secrets.map(({ id }) => id)).toEqual(['token', 'key']);
  });
});
