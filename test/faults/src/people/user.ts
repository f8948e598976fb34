import '../preload/main.ts';
import '../../../../apps/user-service/dist/main.js';
