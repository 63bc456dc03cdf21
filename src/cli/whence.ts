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

await runCommand(whence(), process.argv.slice(2));

export {};
