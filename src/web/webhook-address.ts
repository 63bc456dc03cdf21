// What the address of a request says. It comes with every webhook, so it is cut rather than parsed.

const PATH = '/webhooks/';

/** The name in `/webhooks/<name>`; `undefined` for any other address. */
export function sourceNameIn(url: string): string | undefined {
  const [given = ''] = url.slice(pathAt(url)).split('?', 1);
  const path = given.includes('%') ? asWritten(given) : given;
  const name = path.startsWith(PATH) ? path.slice(PATH.length) : '';
  return name === '' || name.includes('/') ? undefined : name;
}

/** The scheme and the host, without a slash at the end. */
export const originOf = (url: string): string => url.slice(0, pathAt(url));

const pathAt = (url: string) => url.indexOf('/', 'https://'.length);

/**
 * An encoded letter, digit or mark of these is the same as the plain one, and an encoded slash is not.
 * https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.2
 */
const asWritten = (path: string) =>
  path.replace(/%[2-7][\da-f]/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : code;
  });
