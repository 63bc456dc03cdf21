// The operator's log.

/** A line of the operator's log. Fields never hold bodies, emails, tokens or other people's data. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** What the log may hold of an error: its kind and where it arose. Its message may quote the data that upset it. */
export function describeError(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { error: typeof error };
  // The stack begins with the message, which may have lines of its own.
  const { stack = '', message } = error;
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const frame = frames.find((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return { error: error.name, where: frame?.trim() ?? 'unknown' };
}
