export { loadConfig, type PlatformConfig } from './config.ts';
export { Api, at, itemsOf, textAt, type Answer, type Json } from './demo/api.ts';
export { playSlice } from './demo/slice.ts';
export { Story } from './demo/story.ts';
export type { DevelopmentIssuer } from './development-issuer.ts';
export { startPlatform, type RunningPlatform } from './start-platform.ts';
