// `npm start` and `npm run demo`: prepares what is missing, then runs the given verb of the command line.
import { setInterval } from 'node:timers';
import './prepare.mjs';

// npm starts this through a shell that ends at SIGTERM without passing it on: take the shell's end for the signal.
if (process.env.npm_lifecycle_event) {
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

await import('../dist/main.js');
