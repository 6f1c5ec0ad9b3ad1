import type { Machine } from './look';
import type { Trial } from './trial';

/** GitHub's status for an unknown token: the made-up secret arrived. Without a token it answers 200. */
export const ARRIVED = 401;

export interface Asked {
  /** From the proxy box or the server; 0 without an answer. */
  readonly status: number;
  readonly bytes: number;
  readonly detail: string;
}

/**
 * Sends an HTTPS request from the agent host, in Python: cloud-init needs Python on every image, while only a run on AWS
 * shows whether Debian's image has curl.
 */
export async function request(trial: Trial, host: Machine, path: string, bodyBytes?: number): Promise<Asked> {
  const body = bodyBytes === undefined ? 'None' : `b'{"text":"' + b'a' * ${bodyBytes} + b'"}'`;
  const script = `python3 - <<'END'
import urllib.request, urllib.error
ask = urllib.request.Request('https://api.github.com${path}', data=${body}, headers={'Content-Type': 'application/json'})
try:
    with urllib.request.urlopen(ask, timeout=60) as answer:
        print(answer.status, len(answer.read()))
except urllib.error.HTTPError as error:
    print(error.code, len(error.read()))
except Exception as error:
    print(0, 0, type(error).__name__, str(error)[:200])
END`;
  const line = (await trial.inside(host, script)).trim().split('\n').at(-1) ?? '';
  const [status, bytes, ...words] = line.split(' ');
  return { status: Number(status), bytes: Number(bytes), detail: words.join(' ') };
}

/** Waits until the server answers, with or without the secret. @returns the status */
export function answered(trial: Trial, host: Machine, what: string): Promise<number> {
  return trial.until(what, async () => {
    const { status } = await request(trial, host, '/zen');
    return status === ARRIVED || status === 200 ? status : undefined;
  });
}
