/**
 * Parameter Store as far as the provider knows it: versions, keys, descriptions, AWS's error names. It can die before
 * or after any call, as a Lambda can, and then answers nothing more until `revive`.
 */
import type { SSMClient } from '@aws-sdk/client-ssm';
import { awsError } from '../support/aws';

export interface Version {
  Type: string;
  KeyId?: string;
  Value: string;
  Description?: string;
  Version: number;
  /** When it was written. */
  at?: number;
}

interface Input {
  Name: string;
  Value?: string;
  Type?: string;
  KeyId?: string;
  Description?: string;
  Overwrite?: boolean;
  WithDecryption?: boolean;
  Tier?: string;
  NextToken?: string;
  Tags?: { Key: string; Value: string }[];
  ResourceId?: string;
  TagKeys?: string[];
}

export class FakeSsm {
  readonly parameters = new Map<string, Version[]>();
  /** Of each parameter that was made with some, or has been given some. */
  readonly tags = new Map<string, Map<string, string>>();
  readonly calls: { action: string; input: Input }[] = [];
  /** Calls after which it dies, and whether that last call still took effect. */
  death: { after: number; applied: boolean } | undefined;
  /** Thrown instead of serving a call, when it returns an error. */
  fault: (action: string, input: Input) => Error | undefined = () => undefined;
  pageSize = 50;
  clock = () => 0;
  /** For so long a write isn't seen by reads, in milliseconds; other writes see it at once. */
  lag = 0;
  /** Keys that the caller may decrypt with: the provider none, an operator some. */
  readonly opens = new Set<string>();

  get client(): Pick<SSMClient, 'send'> {
    return this as unknown as Pick<SSMClient, 'send'>;
  }

  async send(command: object, options?: { abortSignal?: AbortSignal }): Promise<unknown> {
    options?.abortSignal?.throwIfAborted();
    const action = command.constructor.name.replace(/Command$/, '');
    const { input } = command as { input: Input };
    this.calls.push({ action, input });
    const dying = this.death !== undefined && this.calls.length > this.death.after;
    if (dying && !(this.death?.applied && this.calls.length === this.death.after + 1)) throw awsError('Dead');
    const fault = this.fault(action, input);
    if (fault) throw fault;
    const output = this.serve(action, input);
    if (dying) throw awsError('Dead');
    return output;
  }

  revive(): void {
    this.death = undefined;
    this.calls.length = 0;
  }

  newest(name: string): Version | undefined {
    return this.parameters.get(name)?.at(-1);
  }

  /** As an operator writes it, `airlock secrets put` or by hand. */
  set(name: string, value: string, KeyId?: string, Type = 'SecureString'): void {
    const versions = this.parameters.get(name) ?? [];
    const Description = versions.at(-1)?.Description;
    if (versions.length === 0) this.tags.set(name, new Map());
    versions.push({ Type, KeyId, Value: value, Description, Version: versions.length + 1 });
    this.parameters.set(name, versions);
  }

  private serve(action: string, input: Input): unknown {
    const versions = this.parameters.get(input.Name);
    switch (action) {
      case 'GetParameterHistory': {
        if (input.WithDecryption) throw awsError('AccessDeniedException');
        const seen = versions?.filter(({ at = 0 }) => this.lag === 0 || at + this.lag <= this.clock()) ?? [];
        if (seen.length === 0) throw awsError('ParameterNotFound');
        const from = Number(input.NextToken ?? 0);
        const page = seen.slice(from, from + this.pageSize);
        const more = from + this.pageSize < seen.length;
        const Parameters = page.map(({ at: _, ...version }) => ({
          ...version,
          Value: version.Type === 'SecureString' ? 'ciphertext' : version.Value,
        }));
        return { Parameters, NextToken: more ? String(from + this.pageSize) : undefined };
      }
      case 'GetParameter':
        return { Parameter: this.decrypted(input) };
      case 'PutParameter':
        return this.put(input, versions);
      case 'AddTagsToResource':
      case 'RemoveTagsFromResource': {
        const tags = this.tags.get(input.ResourceId ?? '');
        if (!tags) throw awsError('InvalidResourceId');
        for (const { Key, Value } of input.Tags ?? []) tags.set(Key, Value);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      }
      case 'DeleteParameter':
        if (!versions) throw awsError('ParameterNotFound');
        this.parameters.delete(input.Name);
        return {};
      default:
        throw awsError('AccessDeniedException');
    }
  }

  private decrypted({ Name, WithDecryption }: Input): Version {
    const [name = '', version] = Name.split(':');
    const found = this.parameters.get(name)?.find((each) => String(each.Version) === version);
    if (!found) throw awsError('ParameterNotFound');
    if (!WithDecryption || !this.opens.has(found.KeyId ?? '')) throw awsError('AccessDeniedException');
    return found;
  }

  private put(input: Input, versions: Version[] = []): unknown {
    if (versions.length > 0 && !input.Overwrite) throw awsError('ParameterAlreadyExists');
    if (versions.length > 0 && versions.at(-1)?.Type !== input.Type) throw awsError('ValidationException');
    if (Buffer.byteLength(input.Value ?? '') > 4096 || (input.Tier ?? 'Standard') !== 'Standard') {
      throw awsError('ValidationException');
    }
    if (input.Tags && input.Overwrite) throw awsError('ValidationException');
    if (versions.length === 0) this.tags.set(input.Name, new Map());
    for (const { Key, Value } of input.Tags ?? []) this.tags.get(input.Name)?.set(Key, Value);
    versions.push({
      Type: input.Type ?? '',
      KeyId: input.KeyId,
      Value: input.Value ?? '',
      Description: input.Description,
      Version: versions.length + 1,
      at: this.clock(),
    });
    this.parameters.set(input.Name, versions);
    return { Version: versions.length };
  }
}
