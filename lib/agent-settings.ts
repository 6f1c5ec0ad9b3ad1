import type { z } from 'zod';
import type { RuntimeName } from '../constructs/agent-host/runtimes';
import type { Caps, FrontLimits, OperatingSystem, Risk, Role } from './config/model';
import type { body } from './config/schema/body-schema';
import type { Limits, Mode, SignalId } from './config/values/signals';

/**
 * One agent, as its file in `config/agents` describes it. docs/CONFIGURATION.md explains each setting.
 */
export interface AgentSettings {
  /** Name of the agent: lower-case words joined by hyphens, unique in the stack. */
  readonly name: string;
  /** What runs on the agent host. */
  readonly runtime: RuntimeName;
  /** What bounds the rules: a reader may only GET and HEAD, a builder only use presets, an operator may write. */
  readonly role: Role;
  /** Mail address of the person who answers for the agent. */
  readonly owner: string;
  /** The agent host. */
  readonly host: HostSettings;
  /** The proxy box. @default a t4g.micro with the limits that docs/CONFIGURATION.md names */
  readonly proxy?: ProxySettings;
  /** Everything that the agent may reach. The proxy box refuses any other request. */
  readonly egress: readonly (EgressRuleSettings | PresetSettings)[];
  /** Limits of all its requests together. @default docs/CONFIGURATION.md has each number */
  readonly caps?: Caps;
  /** What its model calls may cost, by the gate's upper bounds, in US dollars. @default any sum */
  readonly spend?: { readonly model: { readonly dailyUsd?: number; readonly monthlyUsd?: number } };
  /** Secrets by their id. `airlock secrets put` sets a value; none ever stands in a template. @default none */
  readonly secrets?: Readonly<Record<string, SecretSettings>>;
  /** What the agent may cost on AWS. */
  readonly budget: AgentBudget;
  /**
   * What happens when its proxy box reports for three minutes that it isn't healthy, or reports nothing: people are told,
   * or it is contained as well.
   * @default 'notify'
   */
  readonly onAlarm?: 'contain' | 'notify';
  /** Whether made-up credentials lie on its host, and the gate refuses requests that hold one. @default false */
  readonly canaries?: boolean;
  /** How often the agent's home is scanned for secrets. @default 'off' */
  readonly scan?: 'weekly' | 'off';
  /** What becomes of signals, and the numbers above which they are raised. @default docs/WATCH.md has each one's mode */
  readonly watch?: {
    /** What becomes of a signal. @default its own mode */
    readonly signals?: Readonly<Partial<Record<SignalId, Mode>>>;
    /** The number above which a signal is raised. @default its own number */
    readonly limits?: Readonly<Limits>;
  };
  /** Id of the model, as the provider of the model's preset calls it. @default the runtime's own choice */
  readonly model?: string;
  /** The only MCP servers that the runtime may use. @default [] */
  readonly mcpServers?: readonly { readonly name: string; readonly url: string }[];
  /** The only skills that may be on the machine; the runtime reports any other. @default [] */
  readonly skills?: readonly { readonly name: string; readonly version: string; readonly sha256: string }[];
  /** How many days conversations stay on the agent host. @default { days: 14 } */
  readonly transcripts?: { readonly days?: number };
  /** For the runtime `custom`: what installs it and what starts it. @default none */
  readonly custom?: { readonly command: string; readonly install?: string };
}

/** The machine that belongs to the agent. */
export interface HostSettings {
  /** EC2 instance type, arm64. */
  readonly instanceType: string;
  /** Operating system. Another one needs a new machine. @default 'debian-13' */
  readonly os?: OperatingSystem;
  /** Size of the root disk in GiB. Another size needs a new machine. @default 30 */
  readonly rootGiB?: number;
  /** Size of the state volume in GiB. It may grow later, and outlives the host and the stack. @default 50 */
  readonly stateGiB?: number;
  /**
   * What the state volume is made from: `vol-…` (attached as it is), `snap-…` or the ARN of a recovery point.
   * @default a blank volume
   */
  readonly stateFrom?: string;
  /** Whether the agent's user may become root. @default false */
  readonly root?: boolean;
  /**
   * Share of the machine, in percent, that the agent may take.
   * @default { cpuPercent: 90, memoryPercent: 85 }
   */
  readonly limits?: { readonly cpuPercent?: number; readonly memoryPercent?: number };
}

/** The machine between the agent host and the internet. */
export interface ProxySettings {
  /** EC2 instance type, arm64. @default 't4g.micro' */
  readonly instanceType?: string;
  /** Whether the port for clients with proxy settings is open. @default where the runtime needs it */
  readonly connect?: boolean;
  /** What the front lets through. @default docs/CONFIGURATION.md has each number */
  readonly limits?: Partial<FrontLimits>;
}

/** One thing that the agent may do: these methods on these paths of one host. */
export interface EgressRuleSettings {
  /** Name of the rule, unique within the agent. */
  readonly id: string;
  /** Host name, or `*.` and a domain. */
  readonly host: string;
  /** HTTP methods, upper case. @default every method; `because` must say why */
  readonly methods?: readonly string[];
  /** Path patterns: `*` stays within a segment, a last `/*` covers everything below. @default every path; `because` must say why */
  readonly paths?: readonly string[];
  /** Id of the one secret that the proxy box adds to the request. @default none */
  readonly secret?: string;
  /**
   * `low`: requests pass. `medium`: they pass and count as actions. `high`: the rule stays shut.
   * @default 'low' for rules of GET and HEAD alone; an operator's other rules must state it
   */
  readonly risk?: Risk;
  /** Limits of this rule's requests, beside the agent's. @default none */
  readonly caps?: Caps;
  /** What the body of a request may be; docs/CONFIGURATION.md explains it. @default bodies aren't compared */
  readonly body?: z.input<typeof body>;
  /** Headers with credentials that the agent may send itself; `because` must say why. @default none */
  readonly keepHeaders?: readonly string[];
  /** Why the rule has to be wider than POL-1 allows. @default the rule keeps to POL-1 */
  readonly because?: string;
}

/** The rules and the secret of one of the kit's presets, `config/presets`. */
export interface PresetSettings {
  /** Name of the preset, such as `anthropic`. */
  readonly preset: string;
  /** Values for what the preset asks for. @default none */
  readonly with?: Readonly<Record<string, unknown>>;
  /** Features of the model's API that reach the internet for the agent; `because` must say why. @default none */
  readonly allow?: readonly string[];
  /** Why these features are needed. @default no feature is allowed */
  readonly because?: string;
}

/** Where the value of a secret is stored and how it goes into a request. */
export interface SecretSettings {
  /** Name in Parameter Store. @default /<stack>/<agent>/<id of the secret> */
  readonly parameter?: string;
  /**
   * Exactly one of header, query parameter and path placeholder, and how the value is written.
   * @default as the preset says that brings the secret; a secret of your own needs it
   */
  readonly inject?: {
    /** Header that the value goes into. @default none */
    readonly header?: string;
    /** Query parameter that the value goes into. @default none */
    readonly query?: string;
    /** Text that the agent sends in the path, which the proxy box replaces by the value. @default none */
    readonly pathPlaceholder?: string;
    /** Go template around `{{ .Value }}`. @default the bare value */
    readonly formatter?: string;
  };
  /** How long the proxy box may keep the value, such as `15m`. @default '15m' */
  readonly ttl?: string;
}

/** A monthly budget over the tags of the agent. */
export interface AgentBudget {
  /** US dollars a month. */
  readonly monthlyUsd: number;
  /** Percentages of the budget at which people are told, ascending. @default [50, 80, 100] */
  readonly alertsAtPercent?: readonly number[];
  /** What happens at 100 percent. @default 'notify' */
  readonly atLimit?: 'contain' | 'notify';
}
