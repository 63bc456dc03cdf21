// The queue, as an operator's orders use it.
import { HTTPException } from 'hono/http-exception';
import type { WebDependencies } from './web.ts';

/**
 * That the queue is unavailable is not a bug: the same request works later and doubles nothing. `refusal`: how the
 * request is answered then.
 */
export function queueOf(
  { enqueueAll }: Pick<WebDependencies, 'enqueueAll'>,
  refusal: () => Response | Promise<Response>,
): Pick<WebDependencies, 'enqueueAll'> {
  return {
    enqueueAll: (signups) =>
      enqueueAll(signups).catch(async (cause: unknown) => {
        throw new HTTPException(503, { res: await refusal(), cause });
      }),
  };
}
