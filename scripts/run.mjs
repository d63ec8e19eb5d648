// `npm start` and `npm run demo`: prepares what is missing, then runs the given verb of the command line.
import './prepare.mjs';

await import('../dist/main.js');
