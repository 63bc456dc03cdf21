// A step of a command that failed, as the operator reads it.

/** What went wrong, and how to fix it. */
export interface Failure {
  problem: string;
  fix: string;
}

/** What the file system said when `what` was written. Throws any other error again: that is a bug. */
export function fileFailure(what: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  const fix =
    code === 'ENOSPC' ? 'The disk is full: make room.' : 'See that the folder can be written.';
  return { problem: `${what} could not be written (${code})`, fix };
}
