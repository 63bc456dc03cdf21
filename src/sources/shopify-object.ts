// What an object of Shopify is, and where it keeps what Whence reads.
import { isObject, type JsonObject } from '../json.ts';
import { at, elapsedMs, type Reader } from './payload.ts';
import { WAITED_FOR_MS } from './source.ts';

/** `Customer` or `Order`, from `gid://shopify/Customer/…`. Some topics have objects without such an id. */
export function objectKind(object: JsonObject): string | undefined {
  if (!Object.hasOwn(object, 'admin_graphql_api_id')) return 'no id';
  const gid = at(object, 'admin_graphql_api_id');
  return typeof gid === 'string' ? /^gid:\/\/shopify\/(\w+)\/\d+$/.exec(gid)?.[1] : undefined;
}

/** An order that is placed without an account has no user. */
export function ownId(object: JsonObject): unknown {
  return objectKind(object) === 'Customer' ? at(object, 'admin_graphql_api_id') : undefined;
}

/** Customers are updated for ever, and did not sign up again. */
export function isOldCustomer(object: JsonObject): boolean {
  const isOld = elapsedMs(object, 'created_at', 'updated_at') > WAITED_FOR_MS;
  return objectKind(object) === 'Customer' && isOld;
}

/** A cart attribute, which Shopify turns into the order's note attributes. */
export function noteAttribute(wantedName: string): Reader {
  return (order) => {
    const attributes = at(order, 'note_attributes');
    if (!Array.isArray(attributes)) return undefined;
    return attributes.filter(isObject).find((attribute) => at(attribute, 'name') === wantedName)
      ?.value;
  };
}
