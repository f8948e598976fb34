export { adminCommands } from './admin-commands.ts';
export { adminServiceTwins } from './admin-service.simulation.ts';
