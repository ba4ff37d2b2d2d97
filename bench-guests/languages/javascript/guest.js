// An executor in JavaScript: an async function for each task, which the loop below resumes by
// resolving the promise it awaits.
import { next } from 'pollbench:bench/stream-driver@0.2.0';
import { subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.0';
import { poll } from 'wasi:io/poll@0.2.0';

// Tasks that go on, and so will either wait or end before the queue of microtasks is empty.
let running = 0;
let unfinished = 0;
// What to call to resume the tasks that can run, in their order.
let runnable = [];
// What is waited for, as { pollable, group, position }.
let waiting = [];
// What a task threw: it ends the run.
let thrown;

/** Resolves when the loop calls what it has given to `register`. */
function suspend(register) {
  running -= 1;
  return new Promise((resolve) => {
    register((outcome) => runnable.push(() => resolve(outcome)));
  });
}

/** Resolves when `missing` of the pollables are ready, to the position of the last of them. */
function ready(pollables, missing) {
  return suspend((resume) => {
    const group = { missing, resume };
    pollables.forEach((pollable, position) => waiting.push({ pollable, group, position }));
  });
}

async function first(pollables) {
  const position = await ready(pollables, 1);
  drop(pollables);
  return position;
}

const drop = (pollables) => pollables.forEach((pollable) => pollable[Symbol.dispose]());

/** Reads a stream to its end. Resolves to the number of bytes. */
async function read(stream) {
  const pollable = stream.subscribe();
  for (let bytes = 0; ; ) {
    await ready([pollable], 1);
    try {
      bytes += stream.read(65536n).length;
    } catch (error) {
      if (error.payload?.tag !== 'closed') throw error;
      drop([pollable]);
      drop([stream]);
      return bytes;
    }
  }
}

/** A task: it does what the host says until that is `done`. */
async function script(task) {
  try {
    for (let kept = [], outcome = 0; ; ) {
      const answer = next(task, outcome);
      const step = answer.tag === 'plain' ? answer.val : answer;
      if (step.tag !== 'again') {
        drop(kept);
        kept = [];
      }
      outcome = 0;
      switch (step.tag) {
        case 'wait':
          kept = [step.val];
          await ready(kept, 1);
          break;
        case 'again':
          await ready(kept, 1);
          break;
        case 'sleep':
          await first([subscribeDuration(step.val)]);
          break;
        case 'timeout':
          outcome = await first([step.val[0], subscribeDuration(step.val[1])]);
          break;
        case 'race':
          outcome = await first(step.val);
          break;
        case 'join':
          await ready(step.val, step.val.length);
          drop(step.val);
          break;
        case 'read':
          outcome = await read(step.val);
          break;
        case 'yield':
          await suspend((resume) => resume(0));
          break;
        case 'spawn':
          spawn(step.val);
          break;
        case 'done':
          return;
      }
    }
  } catch (error) {
    thrown ??= error;
  } finally {
    running -= 1;
    unfinished -= 1;
  }
}

function spawn(task) {
  unfinished += 1;
  runnable.push(() => script(task));
}

/** Polls once, without blocking while a task can run. */
function turn() {
  const pollables = waiting.map(({ pollable }) => pollable);
  // A new one for each poll: the host looks for events at the first look at such a one.
  if (runnable.length > 0) pollables.push(subscribeDuration(0n));
  const positions = poll(pollables);
  if (runnable.length > 0) drop(pollables.slice(-1));
  for (const position of positions) {
    if (position === waiting.length) continue;
    const wait = waiting[position];
    wait.isReady = true;
    wait.group.missing -= 1;
    if (wait.group.missing === 0) wait.group.resume(wait.position);
  }
  waiting = waiting.filter(({ group, isReady }) => !isReady && group.missing > 0);
}

/** Runs the tasks that can run until each of them waits or has ended. */
async function runTasks() {
  const resumptions = runnable;
  runnable = [];
  running += resumptions.length;
  for (const resume of resumptions) resume();
  // Whoever goes on behind a promise does so in a microtask.
  while (running > 0) await null;
}

export const executor = {
  describe() {
    const summary = 'an async function for each task, resumed by a promise';
    return { name: 'javascript', strategy: 'vector scan', summary, knobs: [] };
  },

  async run(tasks) {
    for (let task = 0; task < tasks; task += 1) spawn(task);
    while (unfinished > 0) {
      await runTasks();
      if (thrown) throw { payload: { tag: 'failed', val: `${thrown}\n${thrown.stack}` } };
      if (waiting.length > 0) turn();
    }
  },
};
