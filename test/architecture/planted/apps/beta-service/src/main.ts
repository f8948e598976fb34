import { runBeta } from './run-beta.ts';

runBeta();
