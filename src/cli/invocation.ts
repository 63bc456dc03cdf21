// How the operator types a command: `npx whence-crm doctor` with the package, `npm run doctor` in a checkout.

/** The name of the package in the registry. */
export const PACKAGE_NAME = 'whence-crm';

const isCheckout = import.meta.url.endsWith('.ts');

/** The line to type. An argument with a space or a sign of the shell is put into quotation marks. */
export function commandLine(command: string, ...args: readonly string[]): string {
  const start = isCheckout
    ? ['npm run', command, ...(args.length > 0 ? ['--'] : [])]
    : ['npx', PACKAGE_NAME, command];
  return [...start, ...args.map(quoted)].join(' ');
}

/** The line to type for the program itself. */
export function programLine(...args: readonly string[]): string {
  return [isCheckout ? 'npm run whence --' : `npx ${PACKAGE_NAME}`, ...args.map(quoted)].join(' ');
}

/** The shell of Windows knows no other. */
const MARK = process.platform === 'win32' ? '"' : "'";
const quoted = (text: string) =>
  /^[\w@%+=:,./<>…[\]-]+$/.test(text) ? text : `${MARK}${text}${MARK}`;
