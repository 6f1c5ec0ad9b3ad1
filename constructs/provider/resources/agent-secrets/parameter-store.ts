import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterHistoryCommand,
  type ParameterHistory,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { nameOf, refusalOf } from '../../function/refusal';

/** The newest version of a parameter, as far as it can be known without decrypting anything. */
export interface StoredParameter {
  readonly type: string;
  /** As it was given when written: an ARN, an id or an alias; absent for plain text. */
  readonly keyId?: string;
  readonly version: number;
  readonly description: string;
  /** Descriptions of all versions: a writer may leave its own out. */
  readonly descriptions: ReadonlySet<string>;
  /** Only of plain text; a SecureString's ciphertext is of no use here. */
  readonly text?: string;
}

export interface NewParameter {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  /** A key makes it a SecureString. */
  readonly keyArn?: string;
}

export type TagSet = Readonly<Record<string, string>>;

/** The five things this provider does with Parameter Store. It never asks for decryption, and has no right to it. */
export class ParameterStore {
  private readonly made = new Set<string>();

  /** @param tags on every parameter that is made here */
  constructor(
    private readonly ssm: Pick<SSMClient, 'send'>,
    private readonly signal: AbortSignal,
    private readonly tags: TagSet = {},
  ) {}

  /** History, because GetParameter doesn't tell the key and DescribeParameters can't be granted by name. */
  async read(name: string): Promise<StoredParameter | undefined> {
    let newest: ParameterHistory | undefined;
    const descriptions = new Set<string>();
    let token: string | undefined;
    do {
      const command = new GetParameterHistoryCommand({
        Name: name,
        WithDecryption: false,
        MaxResults: 50,
        NextToken: token,
      });
      const page = await this.attempt('GetParameterHistory', name, () =>
        this.ssm.send(command, this.options),
      );
      if (typeof page === 'string') return undefined;
      for (const entry of page.Parameters ?? []) {
        if ((entry.Version ?? 0) > (newest?.Version ?? 0)) newest = entry;
        if (entry.Description) descriptions.add(entry.Description);
      }
      token = page.NextToken;
    } while (token);
    return newest && stored(newest, descriptions);
  }

  /** Makes it unless it exists; an existing one is left alone. */
  async create(parameter: NewParameter): Promise<void> {
    if ((await this.put(parameter, false)) !== 'ParameterAlreadyExists') this.made.add(parameter.name);
  }

  async overwrite(parameter: NewParameter): Promise<void> {
    await this.put(parameter, true);
  }

  /** Already gone is as good. */
  async delete(name: string): Promise<void> {
    const command = new DeleteParameterCommand({ Name: name });
    await this.attempt('DeleteParameter', name, () => this.ssm.send(command, this.options));
  }

  /** Brings the tags of a parameter that was there before up to date; one just made has them. */
  async retag(name: string, before: TagSet): Promise<void> {
    if (this.made.has(name)) return;
    const resource = { ResourceType: 'Parameter', ResourceId: name } as const;
    const gone = Object.keys(before).filter((key) => !(key in this.tags));
    if (gone.length > 0) {
      const remove = new RemoveTagsFromResourceCommand({ ...resource, TagKeys: gone });
      await this.attempt('RemoveTagsFromResource', name, () => this.ssm.send(remove, this.options));
    }
    if (Object.keys(this.tags).length === 0) return;
    const add = new AddTagsToResourceCommand({ ...resource, Tags: tagList(this.tags) });
    await this.attempt('AddTagsToResource', name, () => this.ssm.send(add, this.options));
  }

  private get options() {
    return { abortSignal: this.signal };
  }

  private put(parameter: NewParameter, overwrite: boolean) {
    const command = new PutParameterCommand({
      Name: parameter.name,
      Value: parameter.value,
      Description: parameter.description,
      Type: parameter.keyArn ? 'SecureString' : 'String',
      KeyId: parameter.keyArn,
      Overwrite: overwrite,
      // Parameter Store takes tags with a new parameter alone; an overwritten one keeps its own.
      Tags: overwrite ? undefined : tagList(this.tags),
      // Standard values are encrypted by kms:Encrypt alone, whatever the account's default tier is.
      Tier: 'Standard',
    });
    return this.attempt('PutParameter', parameter.name, () => this.ssm.send(command, this.options));
  }

  private async attempt<T>(
    action: string,
    name: string,
    call: () => Promise<T>,
  ): Promise<T | 'ParameterNotFound' | 'ParameterAlreadyExists'> {
    try {
      this.signal.throwIfAborted();
      return await call();
    } catch (error) {
      const known = nameOf(error);
      if (known === 'ParameterNotFound' && action !== 'PutParameter') return known;
      if (known === 'ParameterAlreadyExists' && action === 'PutParameter') return known;
      throw refusalOf(`ssm:${action}`, name, error);
    }
  }
}

function tagList(tags: TagSet) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function stored(entry: ParameterHistory, descriptions: ReadonlySet<string>): StoredParameter {
  const {
    Type: type = '',
    KeyId: keyId,
    Version: version = 0,
    Description: description = '',
    Value: value,
  } = entry;
  return { type, keyId, version, description, descriptions, text: type === 'String' ? value : undefined };
}

/** Whether it was encrypted with that key: written with the key's ARN, or with its bare id. */
export function isUnderKey(parameter: StoredParameter, keyArn: string): boolean {
  return parameter.keyId === keyArn || parameter.keyId === keyArn.slice(keyArn.lastIndexOf('/') + 1);
}
