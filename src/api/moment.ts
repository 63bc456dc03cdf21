// A point in time, as all answers write it.
import * as z from 'zod';

export const moment = (description: string) =>
  z.iso.datetime().meta({ description, example: '2026-11-23T09:00:00.000Z' });

/** A moment that may not have come. */
export const momentOrNull = (description: string) =>
  z.iso.datetime().nullable().meta({ description, example: '2026-11-23T09:00:00.000Z' });
