import '../preload/main.ts';
import '../../../../apps/admin-service/dist/main.js';
