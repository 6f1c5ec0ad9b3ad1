import type { Context } from './context';

/** Rewrites one line of stderr while something takes long, and wipes it at the end. Silent when nobody looks. */
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
