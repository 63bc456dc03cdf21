// The size of the upload, and each room's share of it.
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { build } from './built-worker.ts';
import type { Figure, Measured } from './figures.ts';

const KIBIBYTE = 1024;
/** 130 KB. Cloudflare's own limit is 3 MB. https://developers.cloudflare.com/workers/platform/limits/#worker-size */
const TARGET_KIBIBYTES = 130_000 / KIBIBYTE;

const Metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
  ),
});

export async function measureBundle(): Promise<Measured> {
  const { script, metafile } = build();
  const gzipped = gzipSync(script, { level: 9 }).length / KIBIBYTE;
  const rooms = new Map<string, number>();
  for (const { inputs } of Object.values(Metafile.parse(JSON.parse(metafile)).outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const room = roomOf(path);
      rooms.set(room, (rooms.get(room) ?? 0) + bytesInOutput);
    }
  }
  const largestFirst = [...rooms].sort(([, one], [, other]) => other - one);
  return {
    figures: [
      {
        ...{ id: 'gzippedKiB', name: 'gzipped', unit: 'KiB', value: gzipped },
        target: { atMost: TARGET_KIBIBYTES },
      },
      { id: 'minifiedKiB', name: 'minified', unit: 'KiB', value: script.length / KIBIBYTE },
      ...largestFirst.map(
        ([room, bytes]): Figure => ({ name: room, unit: 'KiB', value: bytes / KIBIBYTE }),
      ),
    ],
    notes: [
      'With all destinations. Cloudflare allows 3 MB gzipped on the Free plan. Rooms and packages are minified, not gzipped.',
    ],
  };
}

/** `src/web/app.ts` → `src/web`, `node_modules/hono/dist/…` → `hono`. */
function roomOf(path: string): string {
  const [, own] = /(src\/[^/]+)\//.exec(path) ?? /(src\/[^/]+\.ts)$/.exec(path) ?? [];
  const [, ownPackage] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return ownPackage ?? own ?? 'others';
}
