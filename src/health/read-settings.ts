// All settings at once, each checked by the room that knows what it means: one list of everything that is wrong.
import type { ChannelRules } from '../attribution/channel-rules.ts';
import { parseChannelRules } from '../attribution/read-channel-rules.ts';
import type { NamesByDestination } from '../destinations/field-names.ts';
import { parseFieldNames } from '../destinations/parse-field-names.ts';
import { type Config, readConfig, type SettingOwners } from '../settings/config.ts';

export interface Settings extends Config {
  /** FIELD_NAMES */
  names: NamesByDestination;
  /** CHANNEL_RULES */
  rules: ChannelRules;
}

export function readSettings(env: object, owners: SettingOwners): Settings {
  const config = readConfig(env, owners);
  const { names, problems: nameProblems } = parseFieldNames(config.fieldNames);
  const { rules, problems: ruleProblems } = parseChannelRules(config.channelRules);
  const problems = [...config.problems, ...nameProblems, ...ruleProblems];
  return { ...config, names, rules, problems };
}
