import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

interface Resolution {
  readonly url: string;
  readonly format: string;
}

/**
 * Remembers where each import leads, which is three quarters of the start of a service: a process that is killed a thousand times starts a
 * thousand times. Written once by a process that does nothing else (`record`), read by all others. What is not in the file is looked up.
 */
export function rememberResolutions(file: string, record: boolean): void {
  const known = new Map<string, Resolution>(
    !record && existsSync(file) ? Object.entries<Resolution>(JSON.parse(readFileSync(file, 'utf8'))) : [],
  );
  const seen = new Map<string, string>();
  const formats = new Map<string, string>();
  registerHooks({
    resolve(specifier, context, next) {
      const kind = context.conditions.includes('require') ? 'require' : 'import';
      const key = `${kind} ${specifier} ${context.parentURL ?? ''}`;
      const resolution = known.get(key);
      if (resolution !== undefined) return { ...resolution, shortCircuit: true };
      const resolved = next(specifier, context);
      if (record) seen.set(key, resolved.url);
      return resolved;
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (record && typeof loaded.format === 'string') formats.set(url, loaded.format);
      return loaded;
    },
  });
  if (!record) return;
  process.on('exit', () => {
    const all = [...seen].flatMap(([key, url]) => {
      const format = formats.get(url);
      return format === undefined ? [] : [[key, { url, format }]];
    });
    writeFileSync(file, JSON.stringify(Object.fromEntries(all)));
  });
}
