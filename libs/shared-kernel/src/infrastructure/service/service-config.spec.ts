import { describe, expect, test } from 'vitest';
import { loadServiceConfig, type InvalidConfiguration } from './service-config.ts';

const good = {
  LAMP_DATABASE_URL: 'postgres://lamp@127.0.0.1:5432/lamp',
  SMTP_URL: 'smtp://127.0.0.1:1025',
  JWKS_URL: 'https://issuer.example/jwks',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'edtech',
  SERVICE_KEYS: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"user-service"}]}',
};
function problems(env: Record<string, string>): readonly string[] {
  try {
    loadServiceConfig('lamp-service', env);
  } catch (error) {
    if (isInvalid(error)) return error.problems;
    throw error;
  }
  return [];
}
function isInvalid(error: unknown): error is InvalidConfiguration {
  return error instanceof Error && 'code' in error && error.code === 'INVALID_CONFIGURATION';
}

describe('the configuration of a service', () => {
  test('has defaults for what has a safe one; its own database goes before the common one', () => {
    const config = loadServiceConfig('lamp-service', { ...good, DATABASE_URL: 'postgres://common/common', QUEUE_NAME: '' });
    expect(config).toMatchObject({
      production: false,
      role: 'all',
      databaseUrl: good.LAMP_DATABASE_URL,
      queueName: 'lamp-inbox',
      timeScale: 1,
    });
  });

  test('names every variable that is missing or wrong at once', () => {
    expect(problems(good)).toEqual([]);
    const named = problems({ ROLE: 'boss', PORT: '70000', SMTP_URL: 'http://mail', JWKS_URL: good.JWKS_URL, TIME_SCALE: '0' });
    for (const name of [
      'ROLE',
      'PORT',
      'LAMP_DATABASE_URL or DATABASE_URL',
      'SMTP_URL',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'TIME_SCALE',
    ])
      expect(named.filter((problem) => problem.startsWith(`${name}:`))).toHaveLength(1);
    expect(named).toHaveLength(7);
  });

  test('production refuses the development issuer, another pace of timers, keys over http, missing keys of services and crash points, each by name', () => {
    const unsafe = {
      JWT_ISSUER: 'urn:edtech:development-issuer',
      TIME_SCALE: '3600',
      JWKS_URL: 'http://issuer.example/jwks',
      CRASH_AT: 'cmd.begin:1',
      SERVICE_KEYS: '{"keys":[]}',
    };
    expect(problems({ ...good, NODE_ENV: 'production' })).toEqual([]);
    expect(problems({ ...good, ...unsafe })).toEqual([]);
    for (const [name, value] of Object.entries(unsafe))
      expect(problems({ ...good, [name]: value, NODE_ENV: 'production' })).toEqual([expect.stringMatching(`^${name}: `)]);
  });
});
