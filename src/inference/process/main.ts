// The inference process: forked by the serving process, holds one thread that encodes and one that decodes, and passes
// messages between them and its parent. It never computes itself, so it always answers.
import { MessageChannel, Worker } from 'node:worker_threads';
import type { FromProcess, ProcessConfig, ThreadConfig, ToProcess, ToThread } from './protocol.js';

// A terminal's Ctrl-C and a service manager's stop reach the whole group. The parent says when to end, or disconnects.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

let threads: { readonly encoder: Worker; readonly decoder: Worker } | undefined;

process.on('message', (message: ToProcess) => {
  if (message.type === 'start') threads = start(message.config);
  else if (message.type === 'close') close();
  else if (message.type === 'unload') toBoth(message);
  else if (message.type === 'call' && message.call.call === 'encode') threads?.encoder.postMessage(message);
  else threads?.decoder.postMessage(message);
});
process.on('disconnect', close);

function start(config: ProcessConfig) {
  const { port1, port2 } = new MessageChannel();
  const encoder = startThread('./encoderThread.js', { config, peer: port1 });
  const decoder = startThread('./decoderThread.js', { config, peer: port2 });
  return { encoder, decoder };
}

let readyThreads = 0;

function startThread(file: string, workerData: ThreadConfig): Worker {
  const thread = new Worker(new URL(file, import.meta.url), { workerData, transferList: [workerData.peer] });
  thread.on('message', (message: FromProcess) => {
    if (message.type !== 'ready') send(message);
    else if (++readyThreads === 2) send(message);
  });
  thread.on('error', (error) => {
    console.error(`The inference process ends because a thread failed: ${error.stack ?? error.message}`);
    // An orderly exit would abort noisily if the other thread were in a run.
    process.kill(process.pid, 'SIGKILL');
  });
  return thread;
}

function send(message: FromProcess): void {
  // The parent may have gone; then there is nobody to tell.
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Each thread ends after the work that it has begun: ending a thread within a run aborts the process. */
function close(): void {
  toBoth({ type: 'close' });
  // With both threads gone and no channel left, nothing keeps the process alive: it exits with 0.
  if (process.connected) process.disconnect();
}

function toBoth(message: ToThread): void {
  threads?.encoder.postMessage(message);
  threads?.decoder.postMessage(message);
}
