export { given, type Replayable, type Recording } from './given-when-then.ts';
