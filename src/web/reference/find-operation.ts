// Which operation a request is for.
import type { Operation } from './operation.ts';

/** The one whose path fits: a path without parameters before one with. */
export function findOperation(
  operations: readonly Operation[],
  method: string,
  pathname: string,
): Operation | undefined {
  const fitting = operations.filter(
    (operation) => operation.method === method.toLowerCase() && fits(operation.path, pathname),
  );
  return fitting.find(({ path }) => !path.includes('{')) ?? fitting[0];
}

function fits(path: string, pathname: string): boolean {
  const parts = path.split('/');
  const given = pathname.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => part.startsWith('{') || part === given[index])
  );
}
