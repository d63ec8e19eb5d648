import { parseArgs } from 'node:util';
import { settings, type Config, type SettingNotes } from './settings.js';

/** A setting with the names that it has on the command line and in the environment. */
export interface Setting extends SettingNotes {
  readonly key: keyof Config;
  /** `--max-request-bytes` */
  readonly flag: string;
  /** `MASKWIRE_MAX_REQUEST_BYTES` */
  readonly variable: string;
  /** As it would be written on the command line. */
  readonly fallback: string;
}

/** A setting that cannot be used. The message is one line for the operator; the process ends with status 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const defaults: Config = settings.parse({});

/** All settings, in the order of the documentation. */
export const settingTable: readonly Setting[] = (Object.keys(settings.shape) as (keyof Config)[]).map((key) => {
  const kebab = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    ...(settings.shape[key].meta() as unknown as SettingNotes),
    key,
    flag: `--${kebab}`,
    variable: `MASKWIRE_${kebab.replaceAll('-', '_').toUpperCase()}`,
    fallback: String(defaults[key]),
  };
});

/**
 * Reads the settings once: flags before environment before defaults.
 * @param args command line arguments after the verb.
 * @throws ConfigError for an unknown flag, or a value that cannot be used.
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const flags = readFlags(args);
  const given: Partial<Record<keyof Config, string>> = {};
  for (const setting of settingTable) {
    const fromFlag = flags[setting.flag.slice(2)];
    const value = fromFlag ?? environment[setting.variable];
    if (value === undefined) continue;
    if (!settings.shape[setting.key].safeParse(value).success) {
      const source = fromFlag === undefined ? setting.variable : setting.flag;
      throw new ConfigError(`${source}: expected ${setting.expected}; got ${JSON.stringify(value)}`);
    }
    given[setting.key] = value;
  }
  return consistent(settings.parse(given));
}

/**
 * The defaults with some settings replaced: for those who start a server from code.
 * @throws ConfigError where two settings contradict each other.
 */
export function configWith(replaced: Partial<Config>): Config {
  return consistent({ ...defaults, ...replaced });
}

/** The options part of `maskwire serve --help`. */
export function settingsHelp(): string {
  const lines = settingTable.map(({ flag, unit, fallback, meaning, variable }) => {
    const shown = fallback === '' ? '' : ` Default: ${fallback}.`;
    return `  ${flag} <${unit}>\n      ${meaning}${shown} [${variable}]`;
  });
  return lines.join('\n');
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(settingTable.map(({ flag }) => [flag.slice(2), { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    // The rest of Node's message explains how to escape a leading dash, over several lines.
    const [reason = ''] = (error as Error).message.split(/[.\n]/, 1);
    throw new ConfigError(`${reason}; see maskwire serve --help`);
  }
}

function consistent(config: Config): Config {
  const inlineAsBase64 = Math.ceil(config.maxInlineImageBytes / 3) * 4;
  if (inlineAsBase64 > config.maxRequestBytes) {
    throw new ConfigError(
      `maxInlineImageBytes: expected at most three quarters of maxRequestBytes (${config.maxRequestBytes}), because the ` +
        `image comes as base64; got ${config.maxInlineImageBytes}`,
    );
  }
  return config;
}
