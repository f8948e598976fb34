export { given, type Replayable, type Recording } from './given-when-then.ts';
export { recordedEvent } from './recorded-event.ts';
export { SagaScenario, sagaScenario } from './saga-scenario.ts';
