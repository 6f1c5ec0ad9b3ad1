import type { Context } from './context';

/** Shows the seconds on one line of stderr, and removes it at the end. Silent where stderr is no terminal. */
export async function withProgress<T>(context: Context, text: string, work: () => Promise<T>): Promise<T> {
  const { terminal } = context;
  if (!terminal.stderrIsTerminal) return work();
  const started = terminal.now().getTime();
  const show = () => {
    const seconds = Math.round((terminal.now().getTime() - started) / 1000);
    terminal.stderr(`\r${text} ${seconds} s `);
  };
  show();
  const timer = setInterval(show, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    terminal.stderr(`\r${' '.repeat(text.length + 10)}\r`);
  }
}

/** The same for work that must not end halfway: the first Ctrl-C says how to go on, and a second one ends it. */
export async function uninterrupted<T>(context: Context, text: string, work: () => Promise<T>): Promise<T> {
  const { terminal } = context;
  const listen = terminal.onInterrupt?.(() =>
    terminal.stderr(
      `\n${text} goes on, so that nothing is left half done. Ctrl-C again ends it: then run the same command again, every step may be repeated.\n`,
    ),
  );
  try {
    return await withProgress(context, text, work);
  } finally {
    listen?.();
  }
}
