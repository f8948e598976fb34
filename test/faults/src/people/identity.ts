import '../preload/main.ts';
import '../../../../apps/identity-service/dist/main.js';
