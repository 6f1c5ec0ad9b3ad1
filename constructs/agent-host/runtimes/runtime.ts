import type { MachineFile, Values } from '../boot/machine-file';

/** What an agent's file says about its runtime, besides the name. */
export interface RuntimeSettings {
  /**
   * The model preset that the agent uses, and the region its rules are signed for.
   * @default none: the runtime gets no placeholder credential, and its first model call fails
   */
  readonly provider?: { readonly preset: string; readonly region?: string };
  /** The channel presets that the agent uses. @default none */
  readonly channels?: readonly string[];
  /** Bounds the tools that the runtime gives the agent, where the runtime knows sets of tools. @default reader */
  readonly role?: 'reader' | 'builder' | 'operator';
  /** Model id as the provider calls it. @default the runtime's own for that provider */
  readonly model?: string;
  /** The only MCP servers that the runtime may use, where it takes such a list. @default none */
  readonly mcpServers?: readonly McpServer[];
  /** The skills that may be on the machine. @default none */
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

export interface McpServer {
  readonly name: string;
  readonly url: string;
}

/** A skill by name, with the SHA-256 over its files that docs/RUNTIMES.md defines. */
export interface SkillEntry {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What a runtime is set up with: the agent's settings with their defaults, its channels looked up. */
export interface RuntimeSetup
  extends Pick<RuntimeSettings, 'provider' | 'custom'>,
    Required<Pick<RuntimeSettings, 'role' | 'mcpServers' | 'skills' | 'transcriptDays'>> {
  /** @default the runtime chooses */
  readonly model?: string;
  readonly channels: readonly Channel[];
}

/** Variables by name; one without a value is not set, because programs tell unset from empty. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a runtime calls one provider. */
export interface Provider {
  /** Holds placeholder credentials; their shape decides which header the runtime sends, and the proxy box replaces it. */
  environment(setup: Pick<RuntimeSetup, 'provider' | 'model'>): Environment;
  /** @default the runtime chooses */
  readonly model?: string;
  /** Whether the agent's file must name a model: neither the kit nor the runtime can choose one. @default false */
  readonly needsModel?: boolean;
}

/** How a runtime talks to people over one channel. */
export interface Channel {
  /** Placeholder credentials, in the form that the channel's preset replaces. */
  readonly environment: Environment;
  /** The channel's part of the runtime's own configuration. @default none */
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

/** A file of root's that the runtime reads in the agent's home. */
export interface Mount {
  readonly source: string;
  /** Below the agent's home, in a directory of its own. */
  readonly target: string;
}

export interface RuntimeFile extends Pick<MachineFile, 'path' | 'text'> {
  /** What the text names as `@NAME@`. @default nothing: the file is the same for every agent, and packed */
  values?(setup: RuntimeSetup): Values;
}

/** A runtime is data and files: to add one, add a folder, a name in `names.ts` and a line in `index.ts`. */
export interface Runtime {
  /** @default none: the owner of a `custom` runtime installs it */
  readonly version?: string;
  /** Every request of the installation to the proxy box, besides those for Debian's packages. */
  readonly fetches: readonly Fetch[];
  /** Presets that allow those requests. */
  readonly installPresets: readonly string[];
  /** Shell after boot/fetch.sh: installs into the working directory, which becomes /opt/agent/current. */
  install(setup: RuntimeSetup): string;
  /** Becomes /opt/agent/run. With the argument `check` it makes the runtime check its configuration, and exits. */
  run(setup: RuntimeSetup): string;
  /** Hardened configuration and directives: root's, so that an agent without root can't change them. */
  readonly files: readonly RuntimeFile[];
  /**
   * Which of these files the runtime reads in the agent's home. They are mounted there read-only, so an agent without root
   * can neither change nor replace them, nor their directory. @default none
   */
  readonly mounts?: readonly Mount[];
  /** Of /opt/agent/run, besides the provider's and the channels'. @default none */
  environment?(setup: RuntimeSetup): Environment;
  /** By preset of kind model. */
  readonly providers: Readonly<Record<string, Provider>>;
  /** By preset of kind channel. @default the kit can set up none */
  readonly channels?: Readonly<Record<string, Channel>>;
  /** Whether it sends its requests through CONNECT, so that the port must be open. @default false */
  readonly usesConnect?: boolean;
  /** Its listening address, and the text of its configuration that keeps it there. @default it doesn't listen */
  readonly controlPlane?: { readonly address: string; readonly setting: string };
  /** Patterns below the agent's home, for `find -path`: files of conversations, deleted when they are old. */
  readonly transcripts: readonly string[];
  /** Arguments of /opt/agent/run that delete older conversations from the runtime's own database. @default none needed */
  prune?(days: number): string;
  /** Globs below the agent's home: each match is a skill or plugin. */
  readonly skills: readonly string[];
}
