/** PGDATA, PGPORT, PGOPTIONS and their like in the caller's shell would change what the server and its tools do. */
export function childEnvironment(extra: Record<string, string>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('PG')) kept[name] = value;
  }
  return { ...kept, ...extra };
}
