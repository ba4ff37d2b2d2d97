/* An executor in C: an array of all that is polled. Each pollable knows its task, and each
 * task where its pollables are, so registering and cancelling take no search. */
#include <stdbool.h>
#include <stdlib.h>

#include "guest.h"

/* One of the pollables that a task waits for. */
typedef struct {
    uint32_t task, member;
    uint32_t position; /* in the array; NOWHERE when it was dropped */
} entry;

typedef struct {
    entry *entries;   /* what it waits for, or keeps for `again` */
    uint32_t length;  /* how many entries there are */
    uint32_t missing; /* how many must become ready yet; 0 while the task can run */
    uint32_t outcome; /* what to tell it then */
    bool is_race;
    stream stream;    /* that it reads; 0 if it reads none */
    uint32_t bytes;   /* read so far */
} task;

#define NOWHERE UINT32_MAX
#define GROW(array, length) (array = reallocate(array, (length) * sizeof *array))

static task *tasks;
static uint32_t task_count, task_capacity, unfinished;
static pollable *polled; /* its place behind the last is free, for the marker */
static entry **owners, **reported;
static uint32_t polled_count, polled_capacity;
static uint32_t *runnable, *running, runnable_count;

static void *reallocate(void *old, size_t size) {
    void *new = realloc(old, size);
    if (!new && size) abort();
    return new;
}

EXPORT("cabi_realloc") void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)old_size;
    return size ? reallocate(old, size) : (void *)align;
}

static void watch(entry *owner, pollable handle) {
    if (polled_count + 1 >= polled_capacity) {
        polled_capacity = 2 * polled_capacity + 64;
        GROW(polled, polled_capacity);
        GROW(owners, polled_capacity);
        GROW(reported, polled_capacity);
    }
    owner->position = polled_count;
    polled[polled_count] = handle;
    owners[polled_count++] = owner;
}

/* Drops the pollable; the last of the array takes its place. */
static void forget(entry *owner) {
    uint32_t position = owner->position;
    if (position == NOWHERE) return;
    drop_pollable(polled[position]);
    polled[position] = polled[--polled_count];
    owners[position] = owners[polled_count];
    owners[position]->position = position;
    owner->position = NOWHERE;
}

static void wait_for(uint32_t number, const pollable *handles, uint32_t length, bool is_race) {
    task *it = &tasks[number];
    GROW(it->entries, length);
    it->length = length;
    it->is_race = is_race;
    it->missing = is_race ? 1 : length;
    for (uint32_t member = 0; member < length; member++) {
        it->entries[member] = (entry){number, member, NOWHERE};
        watch(&it->entries[member], handles[member]);
    }
}

static void make_runnable(uint32_t number, uint32_t outcome) {
    tasks[number].outcome = outcome;
    runnable[runnable_count++] = number;
}

static void spawn(uint32_t number) {
    if (number >= task_capacity) {
        task_capacity = 2 * number + 64;
        GROW(tasks, task_capacity);
        GROW(runnable, task_capacity);
        GROW(running, task_capacity);
    }
    while (task_count <= number) tasks[task_count++] = (task){0};
    unfinished++;
    make_runnable(number, 0);
}

/* Reads the task's stream. Returns whether it is at its end. */
static bool read_stream(task *it) {
    chunk read;
    read_some(it->stream, 65536, &read);
    if (!read.is_at_end) {
        it->bytes += read.bytes.length;
        if (read.bytes.length > 0) free(read.bytes.items);
        it->missing = 1;
        return false;
    }
    forget(it->entries);
    drop_stream(it->stream);
    it->stream = 0;
    it->length = 0;
    it->outcome = it->bytes;
    return true;
}

/* Runs a task until it has something to wait for. */
static void run_task(uint32_t number) {
    if (tasks[number].stream && !read_stream(&tasks[number])) return;
    stream_step answer;
    for (uint32_t outcome = tasks[number].outcome;; outcome = 0) {
        next_step(number, outcome, &answer);
        step it = answer.is_read ? (step){.kind = WAIT} : answer.plain;
        if (it.kind == AGAIN) { /* what it waits for is in the array already */
            tasks[number].missing = 1;
            return;
        }
        while (tasks[number].length > 0) forget(&tasks[number].entries[--tasks[number].length]);
        if (answer.is_read) {
            tasks[number].stream = answer.stream;
            tasks[number].bytes = 0;
            return wait_for(number, (pollable[]){subscribe(answer.stream)}, 1, false);
        }
        switch (it.kind) {
        case WAIT: return wait_for(number, &it.timeout.pollable, 1, false);
        case SLEEP: return wait_for(number, (pollable[]){subscribe_duration(it.nanoseconds)}, 1, false);
        case TIMEOUT: {
            pollable timer = subscribe_duration(it.timeout.nanoseconds);
            return wait_for(number, (pollable[]){it.timeout.pollable, timer}, 2, true);
        }
        case YIELD: return make_runnable(number, 0);
        case RACE:
        case JOIN:
            wait_for(number, it.pollables.items, it.pollables.length, it.kind == RACE);
            return free(it.pollables.items);
        case SPAWN: spawn(it.task); break;
        case DONE: unfinished--; return;
        }
    }
}

static void run_tasks(void) {
    uint32_t count = runnable_count, *swapped = runnable;
    runnable = running, running = swapped, runnable_count = 0;
    for (uint32_t i = 0; i < count; i++) run_task(running[i]);
}

/* Polls once, without blocking while a task can run. */
static void turn(void) {
    uint32_t length = polled_count, is_busy = runnable_count > 0;
    if (is_busy) polled[length++] = subscribe_duration(0);
    list ready;
    poll_all(polled, length, &ready);
    if (is_busy) drop_pollable(polled[length - 1]);
    uint32_t count = 0;
    for (uint32_t i = 0; i < ready.length; i++)
        if (ready.items[i] < polled_count) reported[count++] = owners[ready.items[i]];
    free(ready.items);
    for (uint32_t i = 0; i < count; i++) {
        task *it = &tasks[reported[i]->task];
        if (it->missing == 0) continue; /* another one was ready as well */
        if (--it->missing == 0)
            make_runnable(reported[i]->task, it->is_race ? reported[i]->member : 0);
        else
            forget(reported[i]); /* a part of a join */
    }
}

EXPORT("pollbench:bench/executor@0.2.0#describe") description *describe(void) {
    static description it = {STRING("c"), STRING("an array"), STRING("an event loop in C"), {0, 0}};
    return &it;
}

EXPORT("pollbench:bench/executor@0.2.0#run") result *run(uint32_t count, uint64_t *knobs, uint32_t length) {
    static result it;
    if (length > 0) free(knobs);
    for (uint32_t number = 0; number < count; number++) spawn(number);
    while (unfinished > 0) {
        run_tasks();
        if (polled_count > 0)
            turn();
        else if (runnable_count == 0 && unfinished > 0)
            return it = (result){1, {1, STRING("every task waits, and for nothing")}}, &it;
    }
    return it.is_failure = 0, &it;
}
