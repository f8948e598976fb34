import '../preload/main.ts';
import '../../../../apps/tutor-service/dist/main.js';
