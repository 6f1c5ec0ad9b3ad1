/** A machine, in EC2's words for its state. */
export interface HostView {
  readonly id: string;
  readonly state: string;
}

/** What EC2 says of one state volume and of the machines that matter to it. */
export interface View {
  readonly volume: string;
  /** `creating`, `available`, `in-use` and so on. */
  readonly volumeState: string;
  readonly wanted: HostView;
  /** The machine that has the volume, or is getting it, or is giving it up. */
  readonly holder?: HostView & { readonly attachment: string };
  /** Another volume where this one belongs on the wanted machine. */
  readonly occupant?: string;
  /** A machine was asked to stop so long ago that it must now be made to. */
  readonly isOverdue: boolean;
}

export type Step =
  | { readonly do: 'finish' }
  | { readonly do: 'wait' }
  | { readonly do: 'stop'; readonly instance: string; readonly force: boolean }
  | { readonly do: 'start'; readonly instance: string }
  | { readonly do: 'detach'; readonly volume: string; readonly instance: string }
  | { readonly do: 'attach' }
  | { readonly do: 'refuse'; readonly because: string };

const WAIT: Step = { do: 'wait' };

/**
 * The next step until the wanted machine has the volume and runs. A volume is detached only from a machine that is
 * stopped: its file system is then unmounted and complete.
 */
export function nextStep(view: View): Step {
  const { wanted, holder, volume } = view;
  if (wanted.state === 'shutting-down' || wanted.state === 'terminated') {
    return { do: 'refuse', because: `instance "${wanted.id}" is ${wanted.state}` };
  }
  if (holder?.id === wanted.id) return holder.attachment === 'attached' ? running(wanted) : WAIT;
  if (holder) return holder.attachment === 'detaching' ? WAIT : released(holder, volume, view.isOverdue);
  if (view.volumeState === 'creating' || view.volumeState === 'in-use') return WAIT;
  if (view.volumeState !== 'available') {
    return { do: 'refuse', because: `volume "${volume}" is in state ${view.volumeState}` };
  }
  if (view.occupant) return released(wanted, view.occupant, view.isOverdue);
  return wanted.state === 'running' || wanted.state === 'stopped' ? { do: 'attach' } : WAIT;
}

function running({ id, state }: HostView): Step {
  if (state === 'running') return { do: 'finish' };
  return state === 'stopped' ? { do: 'start', instance: id } : WAIT;
}

/** A machine that is being terminated releases its volumes by itself. */
function released({ id, state }: HostView, volume: string, isOverdue: boolean): Step {
  if (state === 'stopped') return { do: 'detach', volume, instance: id };
  if (state === 'running') return { do: 'stop', instance: id, force: false };
  return state === 'stopping' && isOverdue ? { do: 'stop', instance: id, force: true } : WAIT;
}
