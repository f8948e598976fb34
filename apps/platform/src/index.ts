export { AUDIENCE, DEVELOPMENT_ISSUER, loadConfig, type PlatformConfig } from './config.ts';
export { Api, at, itemsOf, textAt, type Answer, type Json } from './demo/api.ts';
export { playSlice } from './demo/slice.ts';
export { Story } from './demo/story.ts';
export { startGateway } from './gateway.ts';
export { MailCatcher } from './mail-catcher.ts';
export { People, superadminCredentials } from './people.ts';
export { startPlatform, type RunningPlatform } from './start-platform.ts';
