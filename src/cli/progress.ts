// How far a long command has come: a bar on a terminal, plain lines elsewhere.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** `text`: what else there is to say, such as counts and rates. */
  update(done: number, text: string): void;
  /** Something that happened, beside the progress. */
  say(text: string): void;
  stop(): void;
}

/** Often enough for a log, seldom enough for a run of a day. */
const LINE_EVERY_MS = 10_000;

export function openProgress(total: number, what: string, terminal = process.stderr): Progress {
  return terminal.isTTY ? bar(total, what) : lines(total, what, terminal);
}

function bar(total: number, what: string): Progress {
  const shown = new SingleBar(
    { format: `{bar} {value}/{total} ${what} | {text}`, hideCursor: false },
    Presets.shades_classic,
  );
  shown.start(total, 0, { text: '' });
  return {
    update: (done, text) => shown.update(done, { text }),
    say: (text) => shown.update({ text }),
    stop: () => shown.stop(),
  };
}

function lines(total: number, what: string, terminal: NodeJS.WriteStream): Progress {
  let lastMs = 0;
  let last = '';
  return {
    update(done, text) {
      last = `${done}/${total} ${what} | ${text}\n`;
      if (Date.now() - lastMs < LINE_EVERY_MS) return;
      lastMs = Date.now();
      terminal.write(last);
      last = '';
    },
    say: (text) => terminal.write(`${text}\n`),
    stop: () => terminal.write(last),
  };
}

/** `2 h 5 min`, `40 s`. */
export function duration(seconds: number): string {
  const rounded = Math.ceil(seconds);
  if (rounded < 120) return `${rounded} s`;
  const minutes = Math.ceil(rounded / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return `${hours.toLocaleString('en')} h ${minutes % 60} min`;
}
