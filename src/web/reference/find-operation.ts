// The operation that answers a request.
import type { Operation } from './operation.ts';

/** The operation with a matching path. A path without parameters comes before one with parameters. */
export function findOperation(
  operations: readonly Operation[],
  method: string,
  pathname: string,
): Operation | undefined {
  const matching = operations.filter(
    (operation) => operation.method === method.toLowerCase() && matches(operation.path, pathname),
  );
  return matching.find(({ path }) => !path.includes('{')) ?? matching[0];
}

function matches(path: string, pathname: string): boolean {
  const parts = path.split('/');
  const given = pathname.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => part.startsWith('{') || part === given[index])
  );
}
