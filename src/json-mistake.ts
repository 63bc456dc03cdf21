// Where a text stops being JSON. V8 names the position of some mistakes, but not of the most common one, an unexpected
// token. It is the same for all mistakes: the place where the text is no longer the beginning of some JSON.

/** The line and the column of the mistake, or that the text ends too early. The text must not be JSON. */
export function placeOfMistake(text: string): string {
  const mistake = firstMistake(text);
  if (mistake >= text.length) return 'it ends too early';
  const lines = text.slice(0, mistake).split('\n');
  return `see line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** Halves the text until the longest beginning of some JSON is known. */
function firstMistake(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether V8 complains about nothing but the end of the text. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return /end of JSON|Unterminated/.test(message) || message.includes(`position ${text.length}`);
  }
}
