export { identityService } from '../identity-service.module.ts';
