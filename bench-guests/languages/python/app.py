"""An executor over the asyncio event loop that comes with componentize-py, as it is or
mended."""

import asyncio

import without_http  # noqa: F401  before the loop, which asks for wasi:http
from poll_loop import PollLoop
from wit_world import exports
from wit_world.exports.executor import Description, Knob, KnobRange_Choice
from wit_world.imports import driver
from wit_world.imports.monotonic_clock import subscribe_duration
from wit_world.imports.poll import poll


class MendedLoop(PollLoop):
    """Polls without blocking while a callback is queued, which the other does not."""

    def run_until_complete(self, future):
        future = asyncio.ensure_future(future, loop=self)
        asyncio.events._set_running_loop(self)
        while not future.done():
            handles, self.handles = self.handles, []
            for handle in handles:
                if not handle.cancelled():
                    handle._run()
            if self.wakers:
                self.turn()
            if self.exception is not None:
                raise self.exception
        return future.result()

    def turn(self):
        # A new one for each poll: the host looks for events at the first look at such a one.
        marker = [subscribe_duration(0)] if self.handles else []
        ready = set(poll([pollable for pollable, _ in self.wakers] + marker))
        drop(marker)
        turn, self.wakers = self.wakers, []
        for position, (pollable, waker) in enumerate(turn):
            if position in ready:
                waker.set_result(None)
            else:
                self.wakers.append((pollable, waker))


LOOPS = {"mended": MendedLoop, "stock": PollLoop}


class Group:
    """Pollables a task waits for: all of them, or the first that is ready."""

    def __init__(self, loop, pollables, missing):
        self.ready, self.missing = loop.create_future(), missing
        for position, pollable in enumerate(pollables):
            # The loop drops what is ready, but a task may await it again.
            pollable.__exit__ = lambda *_: None
            loop.wakers.append((pollable, Waker(self, position)))

    def is_ready(self, position):
        self.missing -= 1
        if self.missing == 0:
            self.ready.set_result(position)


class Waker:
    """What the loop takes for a future: it is told when the pollable is ready."""

    def __init__(self, group, position):
        self.group, self.position = group, position

    def set_result(self, _):
        self.group.is_ready(self.position)


async def first(loop, pollables):
    """The position of the first that is ready. The loop has no way to cancel the
    others, so they are taken out of its list."""
    group = Group(loop, pollables, 1)
    position = await group.ready
    if len(pollables) > 1:
        loop.wakers = [(p, waker) for p, waker in loop.wakers if waker.group is not group]
    drop(pollables)
    return position


async def every(loop, pollables):
    await Group(loop, pollables, len(pollables)).ready


def drop(pollables):
    for pollable in pollables:
        type(pollable).__exit__(pollable, None, None, None)


async def run_task(loop, tasks, task):
    kept, outcome = [], 0
    while True:
        step = driver.next(task, outcome)
        if not isinstance(step, driver.Step_Again):
            drop(kept)
            kept = []
        outcome = 0
        match step:
            case driver.Step_Wait(pollable):
                kept = [pollable]
                await every(loop, kept)
            case driver.Step_Again():
                await every(loop, kept)
            case driver.Step_Sleep(nanoseconds):
                await first(loop, [subscribe_duration(nanoseconds)])
            case driver.Step_Timeout((pollable, nanoseconds)):
                outcome = await first(loop, [pollable, subscribe_duration(nanoseconds)])
            case driver.Step_Race(pollables):
                outcome = await first(loop, pollables)
            case driver.Step_Join(pollables):
                await every(loop, pollables)
                drop(pollables)
            case driver.Step_Yield():
                await asyncio.sleep(0)
            case driver.Step_Spawn(other):
                tasks.append(loop.create_task(run_task(loop, tasks, other)))
            case driver.Step_Done():
                return


async def run_all(loop, count):
    tasks = []
    tasks += [loop.create_task(run_task(loop, tasks, task)) for task in range(count)]
    for task in tasks:
        await task


class Executor(exports.Executor):
    def describe(self):
        summary = "componentize-py's own event loop; each task is an asyncio task"
        meaning = "the loop as it is, or mended, so that it never blocks while a callback is queued"
        knob = Knob("loop", meaning, KnobRange_Choice(list(LOOPS)), 0)
        return Description("python-asyncio", "vector scan", summary, [knob])

    def run(self, tasks, knobs):
        loop = list(LOOPS.values())[knobs[0]]()
        loop.run_until_complete(run_all(loop, tasks))
