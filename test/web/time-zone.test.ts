// The days of a time zone begin at its own midnight, also where clocks are changed at midnight.
import { expect, it } from 'vitest';
import { zone } from '../../src/web/time-zone.ts';

const begins = (name: string, day: string) => new Date(zone(name).startOf(day)).toISOString();

it.each([
  ['UTC', '2026-06-01', '2026-06-01T00:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
  ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
  ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
  ['Asia/Kathmandu', '2026-06-01', '2026-05-31T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-06-01', '2026-05-31T10:00:00.000Z'],
  // These days have no midnight: their first hour is left out.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00.000Z'],
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z'],
  ['America/Havana', '2026-03-08', '2026-03-08T05:00:00.000Z'],
  // This one has two.
  ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z'],
])('in %s, %s begins at %s', (name, day, at) => {
  expect(begins(name, day)).toBe(at);
});

it.each([
  'America/Santiago',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
])('the days of a year of %s follow each other without a gap', (name) => {
  const there = zone(name);
  for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    const startMs = there.startOf(day);
    expect(there.dayOf(startMs)).toBe(day);
    expect(there.dayOf(startMs - 1)).not.toBe(day);
  }
});
