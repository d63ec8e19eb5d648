import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, configWith, readConfig, settingTable, settingsHelp } from '#src/server/config.js';
import { inferenceLimitsOf } from '#src/server/settings.js';

describe('readConfig', () => {
  it('takes flags before the environment before defaults', () => {
    const environment = { MASKWIRE_PORT: '5000', MASKWIRE_HOST: '0.0.0.0' };
    expect(readConfig(['--port', '0'], environment)).toMatchObject({ port: 0, host: '0.0.0.0', data: './data' });
  });

  it('understands units of bytes and lists of origins', () => {
    const args = ['--max-request-bytes', '2MiB', '--allowed-origins', 'https://a.example,http://localhost:5173'];
    expect(readConfig(args, {})).toMatchObject({
      maxRequestBytes: 2 * 1024 * 1024,
      allowedOrigins: ['https://a.example', 'http://localhost:5173'],
    });
  });

  it.each([
    [['--port', '70000'], {}, '--port: expected a whole number from 0 to 65535; got "70000"'],
    [[], { MASKWIRE_MAX_SOCKETS: 'many' }, 'MASKWIRE_MAX_SOCKETS: expected a whole number from 1 to 65535; got "many"'],
    [['--max-query-depth', ''], {}, '--max-query-depth: expected a whole number from 1 to 1000; got ""'],
    [['--allowed-origins', '*'], {}, '--allowed-origins: expected origins separated by commas'],
    [['--prot', '1'], {}, "Unknown option '--prot'; see maskwire serve --help"],
    [['data'], {}, "Unexpected argument 'data'"],
    [['--max-request-bytes', '64KiB'], {}, 'maxInlineImageBytes: expected at most three quarters of maxRequestBytes'],
  ])('refuses %j with %j in one line that says what to do', (args, environment, message) => {
    const refused = () => readConfig(args, environment);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow('\n');
  });

  it('takes every setting from its flag and its variable, at its default', () => {
    for (const { key, flag, variable, fallback } of settingTable) {
      expect(readConfig([flag, fallback], {})[key]).toEqual(configWith({})[key]);
      expect(readConfig([], { [variable]: fallback })[key]).toEqual(configWith({})[key]);
    }
  });
});

describe('thread counts', () => {
  it('follow the machine where they are 0', () => {
    expect(inferenceLimitsOf(configWith({})).encoderThreads).toBeGreaterThanOrEqual(1);
    expect(inferenceLimitsOf(configWith({ encoderThreads: 3 })).encoderThreads).toBe(3);
  });
});

describe('the documentation of the settings', () => {
  it('names every flag, variable, default and effect in --help and docs/operations.md', () => {
    const help = settingsHelp();
    const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
    for (const { key, flag, unit, fallback, meaning, variable, atLimit } of settingTable) {
      expect(help).toContain(`${flag} <${unit}>\n      ${meaning}`);
      const shown = fallback === '' ? '–' : `\`${fallback}\``;
      const row = `| \`${key}\` | ${shown} | ${unit} | ${meaning} | ${atLimit === '' ? '–' : atLimit} |`;
      expect(operations).toContain(row);
      expect(help).toContain(`[${variable}]`);
    }
  });
});
