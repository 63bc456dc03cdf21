// A step of a command that failed, as the operator reads it.

/** What went wrong, and how to fix it. */
export interface Failure {
  problem: string;
  fix: string;
}

/** What the file system said when `what` was written. Throws any other error again: that is a bug. */
export function fileFailure(what: string, error: unknown): Failure {
  const code = fileErrorCode(error);
  if (code === undefined) throw error;
  return { problem: `${what} could not be written (${code})`, fix: fixOf(code) };
}

/** What the file system said about a file that a command needs; `undefined` for any other error. */
export function anyFileFailure(error: unknown): Failure | undefined {
  const code = fileErrorCode(error);
  if (code === undefined) return undefined;
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'A file';
  return { problem: `${path} could not be read or written (${code})`, fix: fixOf(code) };
}

/** What can be wrong with a file or its folder. */
const FILE_ERRORS = [
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'EFBIG'],
  ...['ENOENT', 'EISDIR', 'ENOTDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'EBUSY'],
];

function fileErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FILE_ERRORS.includes(code) ? code : undefined;
}

const fixOf = (code: string) =>
  code === 'ENOSPC' ? 'The disk is full: make room.' : 'See that the folder can be written.';
