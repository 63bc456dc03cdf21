// A question before something is written that cannot be taken back.
import * as clack from '@clack/prompts';
import { fail } from './command.ts';

/** Whether to go on. Where nobody can answer, the command ends with 2 unless --yes was given. */
export async function isConfirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    return fail('Nothing was done: nobody can answer the question here. Add --yes, or --dry-run.');
  }
  const answer = await clack.confirm({ message: question, initialValue: false });
  if (clack.isCancel(answer)) {
    clack.cancel('Stopped. Nothing was done.');
    return process.exit(130);
  }
  if (!answer) console.log('Nothing was done.');
  return answer;
}
