// The examples of docs/api.md: a curl command, and the response below it. The tests run them, the document shows them.

export interface Example {
  /** The commands as they are in the documentation. */
  commands: string;
  /** The request of the curl command. `$names` stand for values that only a shell knows. */
  request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
    body?: string;
  };
  response: { status: number; headers: Readonly<Record<string, string>>; body: unknown };
}

/** Every pair of a `sh` and an `http` block. */
export function readExamples(markdown: string): readonly Example[] {
  const pairs = markdown.matchAll(/^```sh\n([^`]*\bcurl [^`]*)^```\s+```http\n([^`]*)^```/gm);
  return [...pairs].map(([, commands = '', response = '']) => ({
    commands: commands.trim(),
    request: readCurl(commands),
    response: readResponse(response),
  }));
}

function readCurl(commands: string): Example['request'] {
  const assigned = new Map<string, string>();
  for (const [, name = '', value = ''] of commands.matchAll(/^(\w+)='([^']*)'$/gm)) {
    assigned.set(name, value);
  }
  const words = wordsOf(commands.slice(commands.search(/^curl /m)), assigned).slice(1);
  let url = '';
  let method: string | undefined;
  let body: string | undefined;
  const headers: Record<string, string> = {};
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '-X') method = words.shift();
    else if (word === '-H') {
      const [name = '', ...value] = (words.shift() ?? '').split(': ');
      headers[name] = value.join(': ');
    } else if (word === '--json') {
      body = words.shift();
      headers['content-type'] = 'application/json';
    } else if (word.startsWith('-') || url !== '')
      throw new Error(`the example has an unknown curl flag: ${word}`);
    else url = word;
  }
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body };
}

/** Words as a shell splits them: `'literal'`, `"with $names"`, and lines joined by a backslash. */
function wordsOf(command: string, assigned: ReadonlyMap<string, string>): string[] {
  const joined = command.replace(/\\\n/g, ' ');
  return [...joined.matchAll(/'([^']*)'|"([^"]*)"|[^\s'"]+/g)].map(
    ([whole, literal, text]) =>
      literal ?? (text ?? whole).replace(/\$(\w+)/g, (name, key) => assigned.get(key) ?? name),
  );
}

function readResponse(text: string): Example['response'] {
  const [head = '', body = ''] = text.split(/\n\n([\s\S]*)/);
  const [statusLine = '', ...lines] = head.split('\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(lines.map((line) => line.split(': '))),
    body: JSON.parse(body),
  };
}

/** In a response, stands for what was left out: the rest of a list or of an object. */
export const ELLIPSIS = '…';

/** The response as JSON, without the marks of what was left out. */
export function withoutEllipses(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== ELLIPSIS).map(withoutEllipses);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== ELLIPSIS)
      .map(([key, item]) => [key, withoutEllipses(item)]),
  );
}
