import { spawn } from 'node:child_process';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ensureAgentSecrets } from '../../../../constructs/provider/resources/agent-secrets/agent-secrets';
import { ParameterStore } from '../../../../constructs/provider/resources/agent-secrets/parameter-store';
import type { Seed } from '../../plan/cells';

/** moto doesn't keep who wrote a parameter. */
const AUTHOR = 'arn:aws:iam::123456789012:user/lab-approver';
const PORT = 5000;
const ENDPOINT = `http://127.0.0.1:${PORT}`;
/** Tenths of a second that moto may take to start. */
const PATIENCE = 300;

/**
 * Parameter Store and KMS: moto, on this namespace's loopback. The kit's own provider makes secrets and CAs in it, as on
 * AWS, and this program writes the plain parameters, as CloudFormation does.
 */
export class Aws {
  private readonly ssm: SSMClient;
  /** Off: calls get no answer. */
  up = true;

  private constructor(region: string) {
    this.ssm = new SSMClient({
      region,
      endpoint: ENDPOINT,
      credentials: { accessKeyId: 'lab-deployer', secretAccessKey: 'not-a-real-key' },
    });
  }

  static async start(program: string, region: string): Promise<Aws> {
    spawn(program, ['--host', '127.0.0.1', '--port', String(PORT)], { stdio: 'ignore' });
    for (let tries = 0; ; tries += 1) {
      const answer = await fetch(`${ENDPOINT}/moto-api/`).catch(() => undefined);
      if (answer?.ok) return new Aws(region);
      if (tries >= PATIENCE) throw new Error(`${program} does not answer`);
      await pause(100);
    }
  }

  /** @returns the certificate of each cell's CA, by agent */
  async seed(seeds: readonly Seed[]): Promise<Record<string, string>> {
    const certificates: Record<string, string> = {};
    for (const { agent, secrets, ca, texts } of seeds) {
      const key = await this.makeKey();
      const store = new ParameterStore(this.ssm, AbortSignal.timeout(60_000));
      const properties = {
        Agent: agent,
        KeyArn: key,
        Parameters: Object.keys(secrets),
        CaKeyParameter: ca.keyParameter,
        CaCertificateParameter: ca.certificateParameter,
      };
      const made = await ensureAgentSecrets(
        store,
        properties,
        undefined,
        `${agent.replaceAll(/[^A-Za-z0-9]/g, '')}OfTheLab`,
        { now: () => new Date(), pause },
      );
      certificates[agent] = made.caCertificate;
      for (const [name, value] of Object.entries(secrets)) {
        if (value !== undefined) await this.put(name, value, key);
      }
      for (const [name, text] of Object.entries(texts)) await this.put(name, text);
    }
    return certificates;
  }

  async put(Name: string, Value: string, KeyId?: string): Promise<void> {
    await this.ssm.send(
      new PutParameterCommand({
        Name,
        Value,
        KeyId,
        Type: KeyId ? 'SecureString' : 'String',
        Overwrite: true,
      }),
    );
  }

  /** A proxy box's call to one of AWS's names, over TLS. */
  pass(request: IncomingMessage, response: ServerResponse): void {
    if (!this.up) {
      request.socket.destroy();
      return;
    }
    const onward = ask(
      { port: PORT, host: '127.0.0.1', method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameterHistory')
          return void withAuthor(answer, response);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  }

  private async makeKey(): Promise<string> {
    const answer = await fetch(ENDPOINT, {
      method: 'POST',
      headers: {
        'x-amz-target': 'TrentService.CreateKey',
        'content-type': 'application/x-amz-json-1.1',
        authorization: 'AWS4-HMAC-SHA256 Credential=lab-deployer/20260101/us-east-1/kms/aws4_request',
      },
      body: '{}',
    });
    const { KeyMetadata } = (await answer.json()) as { KeyMetadata: { Arn: string } };
    return KeyMetadata.Arn;
  }
}

async function withAuthor(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = (await buffer(answer))
    .toString()
    .replaceAll(/"LastModifiedUser": ?"N\/A"/g, `"LastModifiedUser":"${AUTHOR}"`);
  const { 'content-length': _, ...headers } = answer.headers;
  response
    .writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(text) })
    .end(text);
}
