export { MemoryUserRepository } from './memory-user.repository.ts';
export { userCommands } from './user-commands.ts';
export { userServiceTwins } from './user-service.simulation.ts';
export { UserTables } from './user-tables.ts';
