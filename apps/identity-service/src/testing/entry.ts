export { identityCommands } from './identity-commands.ts';
export { identityServiceTwins } from './identity-service.simulation.ts';
