import type { MachineFile, Values } from '../boot/machine-file';

/** What an agent's file says about its runtime, beyond the name. */
export interface RuntimeSettings {
  /**
   * The model preset that the agent uses, and the region its rules are signed for.
   * @default none: the runtime gets no placeholder credential, and its first model call fails
   */
  readonly provider?: { readonly preset: string; readonly region?: string };
  /** The channel presets that the agent uses. @default none */
  readonly channels?: readonly string[];
  /** What the agent is there for: the widest set of tools it gets, where the runtime knows such sets. @default reader */
  readonly role?: 'reader' | 'builder' | 'operator';
  /** Model id as the provider calls it. @default the runtime's own for that provider */
  readonly model?: string;
  /** The only MCP servers the runtime may use, where it can be bound to a list. @default none */
  readonly mcpServers?: readonly { readonly name: string; readonly url: string }[];
  /** What skills may be on the machine. @default none */
  readonly skills?: readonly SkillEntry[];
  /** Days after which a transcript is deleted. @default 14 */
  readonly transcriptDays?: number;
  /** HTTPS address of the npm mirror. @default nothing can be installed from npm */
  readonly npmMirror?: string;
  /** HTTPS address of the Python index, without `/simple`. @default nothing can be installed from it */
  readonly pypiMirror?: string;
  /** For the runtime `custom`: a shell command line, and shell that installs what it needs. */
  readonly custom?: { readonly command: string; readonly install?: string };
}

/** A skill by name, with the SHA-256 over its files that docs/RUNTIMES.md defines. */
export interface SkillEntry {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** How a runtime talks to one provider. */
export interface Provider {
  /**
   * Placeholder credentials, whose shape decides which header the runtime sends: the door puts the real one there.
   * Values of boot files, such as `@REGION@` and `@MODEL@`, are filled in.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** @default the runtime chooses */
  readonly model?: string;
  /** Whether the agent's file must name a model: neither the kit nor the runtime can choose one. @default false */
  readonly needsModel?: boolean;
}

/** How a runtime talks to people over one channel. */
export interface Channel {
  /** Placeholder credentials, as the preset wants them. */
  readonly environment: Readonly<Record<string, string>>;
  /** What its configuration says of the channel; the values of all channels in use are joined by commas as `@CHANNELS@`. */
  readonly settings?: string;
}

/** A request of the installation: every path below `path` when that ends in `/*`. */
export interface Fetch {
  /** A host, or the mirror whose address goes before the path. */
  readonly from: string;
  /** @default GET */
  readonly method?: 'GET' | 'POST';
  readonly path: string;
}

/** A runtime is data and files: adding one is adding a folder, and a line in `index.ts`. */
export interface Runtime {
  /** @default none: `custom` is whatever its owner installs */
  readonly version?: string;
  /** Every request that installing it makes through the door, besides Debian's packages. */
  readonly fetches: readonly Fetch[];
  /** Presets that let those requests through. */
  readonly installPresets: readonly string[];
  /** Shell after boot/install.sh: fetches into the working directory, which becomes /opt/agent/current. */
  install(settings: RuntimeSettings): string;
  /** Becomes /opt/agent/run. With the argument `check` it has the runtime judge its configuration, and exits. */
  run(settings: RuntimeSettings): string;
  /** Hardened configuration and directives: root's, so that an agent without root can't change them. */
  readonly files: readonly Pick<MachineFile, 'path' | 'text' | 'mode'>[];
  /**
   * Which of these files the runtime reads in a directory of the agent's home, by their place there. They are mounted, so
   * that an agent without root can neither change nor replace them, nor that directory. @default none
   */
  readonly held?: Readonly<Record<string, string>>;
  /** Beside the provider's, for /opt/agent/run and through it for the configuration. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** By preset of kind model. */
  readonly providers: Readonly<Record<string, Provider>>;
  /** By preset of kind channel. @default it has none that the kit can set up */
  readonly channels?: Readonly<Record<string, Channel>>;
  /** What it listens on, and the text of its configuration that keeps it there. @default it doesn't listen */
  readonly controlPlane?: { readonly address: string; readonly setting: string };
  /** Patterns below the agent's home, for `find -path`: files of conversations, deleted when they are old. */
  readonly transcripts: readonly string[];
  /** Words for /opt/agent/run that delete older conversations from a database of its own. @default it does so by itself */
  readonly prune?: string;
  /** Globs below the agent's home: each match is a skill or plugin. */
  readonly skills: readonly string[];
  /** Values that its files name beside or instead of runtime-values.ts's. @default none */
  values?(settings: RuntimeSettings): Values;
}
