/** The variable that names a service's own database. */
export function databaseVariable(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
}

/** The database of a service on a server that all share. A bare `user` is a reserved word. */
export function databaseName(service: string): string {
  return `edtech_${service.replaceAll('-', '_')}`;
}
