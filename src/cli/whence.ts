#!/usr/bin/env node
// The program `whence`. In a checkout, `npm run doctor` is the same as `whence doctor`.

// Colours are for terminals. The libraries that print look once, when they are loaded.
if (!process.stdout.isTTY && !process.env.FORCE_COLOR) process.env.NO_COLOR = '1';
const [{ runCommand }, { whence }] = await Promise.all([
  import('./command.ts'),
  import('./program.ts'),
]);

// A command that has something to finish or to remove listens itself.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') > 1) return;
  console.error('Stopped.');
  process.exit(130);
});

// What is printed may go into a file on a full disk, or to a program that has read enough, as `head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit();
    if (stream === process.stdout) console.error(`The output could not be written (${code}).`);
    process.exit(1);
  });
}

await runCommand(whence(), process.argv.slice(2));

export {};
