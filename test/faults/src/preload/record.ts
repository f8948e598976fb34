/** Imported once by a process that records where imports lead; see resolutions.ts. */
import '@edtech/tutor-service';
import '@edtech/user-service';
import '../bank/bank.module.ts';
import '../mirror/mirror.module.ts';
