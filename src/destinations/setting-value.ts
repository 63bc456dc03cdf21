// The values of a destination's settings.
import type { Setting, SettingValues } from '../settings/setting.ts';

/** The value that is set, or the default. Empty only for a needed setting of a destination that is off. */
export function settingValue(values: SettingValues, setting: Setting): string {
  return values.get(setting.name) ?? setting.default ?? '';
}
