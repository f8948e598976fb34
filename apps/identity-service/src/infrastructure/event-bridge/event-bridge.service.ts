/**
 * The bus, for code that has to publish at once. Events of this service need no call: `repository.save()` records them, and the publisher
 * subscription of the kernel sends what was recorded, with the contract's producer as source.
 */
export { EventBridgeService } from '@edtech/shared-kernel';
