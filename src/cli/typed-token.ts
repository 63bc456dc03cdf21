// ADMIN_TOKEN, typed where this machine does not keep it.
import * as clack from '@clack/prompts';

/** What was typed; `undefined` where nobody can answer, or somebody wants to go on without. It is kept nowhere. */
export async function typedToken(url: string): Promise<string | undefined> {
  // The question goes to stderr, so that stdout stays what a pipe may read.
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  const message = `ADMIN_TOKEN of ${new URL(url).origin} (it is not kept on this machine)`;
  const typed = await clack.password({ message, output: stderr });
  if (clack.isCancel(typed)) {
    console.error('Stopped.');
    return process.exit(130);
  }
  return typed?.trim() || undefined;
}
