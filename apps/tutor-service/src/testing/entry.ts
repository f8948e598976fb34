export { tutorCommands } from './tutor-commands.ts';
export { tutorServiceTwins } from './tutor-service.simulation.ts';
