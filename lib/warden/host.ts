import type { Paths } from './paths';

/** Every effect of warden outside its own memory, so that tests can fake or interrupt each one. */
export interface Host {
  readonly paths: Paths;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment of this boot, for every process the same: no setting of the clock changes it. */
  monotonic(): number;
  sleep(milliseconds: number): Promise<void>;

  /** The text, or undefined when there is no such file. Throws for anything else, a symbolic link included. */
  read(path: string): Promise<string | undefined>;
  /** Atomic, and on disk when it returns: a new file beside it, fsync, rename, fsync of the directory. */
  write(path: string, text: string, options: WriteOptions): Promise<void>;
  /** Adds a line; may fail on a full disk. `options` apply to a file that isn't there yet, whatever the umask. */
  append(path: string, line: string, options: WriteOptions): Promise<void>;
  remove(path: string): Promise<void>;
  /** Where a symbolic link points, as written; undefined when there is none. */
  readLink(path: string): Promise<string | undefined>;
  /** Switches a symbolic link in one step. */
  link(path: string, target: string): Promise<void>;
  /** A new empty directory below `parent`, mode 0700. */
  scratch(parent: string): Promise<string>;
  /** Renames a directory into place, replacing one that is already there. */
  place(from: string, to: string): Promise<void>;
  /** Names in a directory; empty when it isn't there. */
  list(path: string): Promise<readonly string[]>;
  size(path: string): Promise<FileSize | undefined>;
  /** The last bytes of a file, as text. */
  tail(path: string, bytes: number): Promise<string>;
  /** At most so many bytes, from an offset on. Throws when there is no such file. */
  slice(path: string, from: number, bytes: number): Promise<Buffer>;
  space(path: string): Promise<Space>;

  run(command: Command): Promise<Outcome>;
  request(request: LoopbackRequest): Promise<LoopbackResponse>;
  /** At most ten names. Throws an `AwsError`. */
  getParameters(names: readonly string[], withDecryption: boolean): Promise<ParameterAnswer>;
  /** The versions of a parameter that AWS keeps, a hundred at most. Throws an `AwsError`. */
  parameterHistory(name: string): Promise<readonly ParameterVersion[]>;
  /** Gives a parameter that exists another value. Throws an `AwsError`. */
  putParameter(name: string, value: string): Promise<void>;
  /** Throws an `AwsError`. */
  getObject(bucket: string, key: string, file: string): Promise<void>;
  /** Makes an object that isn't there yet. Throws an `AwsError`, `PreconditionFailed` when it is there. */
  putObject(bucket: string, key: string, body: Buffer, kmsKeyArn: string): Promise<void>;
  /** HTTPS at every hop. Throws an `Error` without the address's query. */
  download(url: string, file: string): Promise<void>;
  sha256(file: string): Promise<string>;
}

export interface WriteOptions {
  readonly mode: number;
  /** Group that may read it. @default the process's own group */
  readonly group?: string;
}

export interface FileSize {
  readonly length: number;
  /** Bytes on disk: fewer than its length once its head has been freed. */
  readonly allocated: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface Space {
  readonly freeBytes: number;
  readonly freeFiles: number;
}

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly timeoutSeconds: number;
  /** Run as this user instead of root. */
  readonly user?: string;
}

export interface Outcome {
  /** Exit status; -1 when it couldn't be run, was killed or took too long. */
  readonly status: number;
  readonly output: string;
}

export interface LoopbackRequest {
  readonly method: 'GET';
  readonly port: number;
  readonly path: string;
}

/** Status 0: nothing answered. */
export interface LoopbackResponse {
  readonly status: number;
  readonly body: string;
}

export interface ParameterAnswer {
  readonly parameters: readonly {
    readonly name: string;
    readonly value: string;
    readonly version: number;
    /** Milliseconds since the epoch, by AWS's clock. */
    readonly modified?: number;
  }[];
  /** When AWS answered, in milliseconds since the epoch. */
  readonly date?: number;
  /** Names that don't exist. */
  readonly missing: readonly string[];
}

export interface ParameterVersion {
  readonly version: number;
  readonly value: string;
  /** AWS's name of whoever wrote it. */
  readonly author?: string;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly modified?: number;
}

/** A failed call to AWS. `code` is AWS's (`AccessDeniedException`) or the network's (`ETIMEDOUT`). */
export class AwsError extends Error {
  constructor(
    readonly operation: string,
    readonly code: string,
  ) {
    super(`${operation}: ${code}`);
  }
}
