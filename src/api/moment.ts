// A point in time, as every answer writes it.
import * as z from 'zod';

const EXAMPLE = '2026-11-23T09:00:00.000Z';

/** ISO 8601 in UTC. */
export const moment = (description: string) =>
  z.iso.datetime().meta({ description, example: EXAMPLE });

/** `null` while it has not happened or is not planned. */
export const momentOrNull = (description: string) =>
  z.iso.datetime().nullable().meta({ description, example: EXAMPLE });
