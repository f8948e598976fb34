export { given, givenNoStream, type EventSourced, type Replayable, type Recording } from './given-when-then.ts';
export { historyOf } from './history-of.ts';
export { recordedEvent } from './recorded-event.ts';
export { SagaScenario, sagaScenario } from './saga-scenario.ts';
export { InMemoryQueue } from '../infrastructure/consumer/in-memory.queue.ts';
export { InMemoryPublisher } from '../infrastructure/event-bridge/in-memory.publisher.ts';
export {
  eventStoreContract,
  type DeclareTest,
  type EventStoreUnderTest,
} from '../infrastructure/event-store/event-store.contract.ts';
export { InMemoryEventStore, InMemoryEventTable } from '../infrastructure/event-store/in-memory.event-store.ts';
export { InMemoryCommandUnit } from '../infrastructure/http/in-memory-command-unit.ts';
export { InMemoryMailer } from '../infrastructure/mail/in-memory.mailer.ts';
export { NotSettled, settle, type Asks } from './settle.ts';
export { UnusableHistory, type Anomaly } from './faults/anomaly.ts';
export { checkBank, type Bank, type BankAnomaly } from './faults/bank.ts';
export { checkDeliveries, type Deliveries, type DeliveryAnomaly, type LoggedEvent } from './faults/deliveries.ts';
export { FaultProxy, type ResetAfterForwarding } from './faults/fault-proxy.ts';
export {
  HistoryFile,
  InMemoryHistory,
  readHistory,
  type ClientRequest,
  type History,
  type Invocation,
  type Operation,
} from './faults/history.ts';
export { checkListAppend, type ListAppendAnomaly } from './faults/list-append.ts';
export { ProcessNotReady, ProcessUnderTest, type Exit, type ProcessOptions } from './faults/process-under-test.ts';
export { SeededRandom } from './faults/seeded-random.ts';
export { MissingTwin, type Twins } from './simulation/boot-service.ts';
export { ALL_FAULTS, NO_FAULTS, type Faults } from './simulation/faults.ts';
export { type Violation } from './simulation/invariants.ts';
export { type Mechanisms, type Plant } from './simulation/mechanisms.ts';
export { MemoryBucket } from './simulation/memory-bucket.ts';
export { MemoryDatabase, recordedOf, type StoredAggregate } from './simulation/memory-database.ts';
export { MemoryInbox, MemoryVersions } from './simulation/memory-inbox.ts';
export { MemoryParkingLot } from './simulation/memory-parking-lot.ts';
export { StatementUnknown, type Statements } from './simulation/memory-projection.ts';
export { MemorySagas, type SagaRow } from './simulation/memory-sagas.ts';
export { MemoryTable, MemoryUnit } from './simulation/memory-table.ts';
export { payloadOf, type Values } from './simulation/payload.ts';
export { FreeScheduler, NotQuiet, Scheduler } from './simulation/scheduler.ts';
export { digestOf, lineOf, type RunOptions, type RunResult } from './simulation/run.ts';
export { calmRun, simulate, World, type WorldOptions } from './simulation/simulate.ts';
export { type Rule } from './simulation/simulated-bus.ts';
export { SimulatedEventStore, SimulatedRelay } from './simulation/simulated-event-store.ts';
export { SimulatedEventTable } from './simulation/simulated-event-table.ts';
export {
  ProcessDied,
  SimulatedService,
  type ServicePorts,
  type ServiceTwins,
  type StateOf,
  type Surroundings,
} from './simulation/simulated-service.ts';
export { VirtualClock } from './simulation/virtual-clock.ts';
export { Volatile } from './simulation/volatile.ts';
export { type Batch, type CommandInput, type EventInput, type Input, type Workload } from './simulation/workload.ts';
