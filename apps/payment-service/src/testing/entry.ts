export { paymentCommands, paymentOf } from './payment-commands.ts';
export { paymentServiceTwins } from './payment-service.simulation.ts';
export { brokenPayments } from './planted-bugs.ts';
