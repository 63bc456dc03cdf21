// A page that a message names can be opened by somebody who has no checkout.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOfPages, withPages } from '../../src/cli/product.ts';
import { VERSION } from '../../src/version.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whence-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = (text: object) =>
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'whence-crm', ...text }));

describe('a page of the documentation in a message', () => {
  const text =
    'See docs/sources.md#stripe and CHANGELOG.md, not yourdocs/sources.md or docs/x.png.';

  it('is named as it is in a checkout', () => {
    expect(withPages(text)).toBe(text);
  });

  it('is at the source of this version, where the package says where that is', () => {
    manifest({ repository: { type: 'git', url: 'git+https://git.example/acme/whence.git' } });
    const place = placeOfPages(folder);
    expect(place).toBe(`https://git.example/acme/whence/blob/v${VERSION}`);
    expect(withPages(text, place)).toBe(
      `See ${place}/docs/sources.md#stripe and ${place}/CHANGELOG.md, not yourdocs/sources.md or docs/x.png.`,
    );
  });

  it('is in the folder of the package else', () => {
    manifest({});
    expect(withPages('docs/upgrade.md', placeOfPages(folder))).toBe(`${folder}/docs/upgrade.md`);
  });
});
