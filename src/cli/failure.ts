// A step of a command that failed, as the operator reads it.

/** What went wrong, and how to fix it. */
export interface Failure {
  problem: string;
  fix: string;
}
