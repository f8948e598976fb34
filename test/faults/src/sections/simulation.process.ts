import { runSimulations } from '../simulation.ts';

/** A share of the seeds, in a process of its own. */
const [seeds = '1', from = '1', budgetMs = '60000'] = process.argv.slice(2);
const report = await runSimulations({ seeds: Number(seeds), from: Number(from), budgetMs: Number(budgetMs) });
process.send?.(report, () => process.exit(0));
