// Why a delivery is where it is, as every answer writes it.
import * as z from 'zod';

/** The two keys of a reason. The dashboard explains the codes. */
export const reasonKeys = {
  reason: z.string().nullable().meta({
    description:
      'The code of the reason why it did not arrive, or did not arrive whole. With `delivered`, it can also say what else happened, such as `first_touch_held`.',
    example: 'hubspot_unauthorized',
  }),
  detail: z.string().nullable().meta({
    description: 'What the code cannot say, e.g. which property.',
  }),
};
