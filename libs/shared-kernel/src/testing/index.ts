export { given, type Replayable, type Recording } from './given-when-then.ts';
export { recordedEvent } from './recorded-event.ts';
export { SagaScenario, sagaScenario } from './saga-scenario.ts';
export { InMemoryQueue } from '../infrastructure/consumer/in-memory.queue.ts';
export { InMemoryPublisher } from '../infrastructure/event-bridge/in-memory.publisher.ts';
export { InMemoryCommandUnit } from '../infrastructure/http/in-memory-command-unit.ts';
export { InMemoryMailer } from '../infrastructure/mail/in-memory.mailer.ts';
export { NotSettled, settle, type Asks } from './settle.ts';
