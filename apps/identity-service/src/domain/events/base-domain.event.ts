export { BaseDomainEvent } from '@edtech/shared-kernel/domain';
