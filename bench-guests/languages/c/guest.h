/* The contract in C, by hand: the names and layouts that the canonical ABI gives to what
 * bench.wit and streams.wit declare. */
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

typedef uint32_t pollable, stream;

/* What the host passes was allocated by `cabi_realloc` and is the guest's to free. */
typedef struct {
    uint32_t *items, length;
} list;

typedef struct {
    const char *bytes;
    uint32_t length;
} string;

#define STRING(text) {text, sizeof text - 1}

enum { WAIT, AGAIN, SLEEP, TIMEOUT, YIELD, RACE, JOIN, SPAWN, DONE };

typedef struct {
    uint8_t kind;
    union {
        struct {
            pollable pollable;
            uint64_t nanoseconds;
        } timeout; /* for WAIT too, which has no nanoseconds */
        uint64_t nanoseconds;
        list pollables;
        uint32_t task;
    };
} step;

typedef struct {
    uint8_t is_read;
    union {
        step plain;
        stream stream;
    };
} stream_step;

typedef struct {
    uint8_t is_at_end; /* nothing else fails */
    list bytes;
} chunk;

IMPORT("pollbench:bench/stream-driver@0.2.0", "next")
void next_step(uint32_t task, uint32_t outcome, stream_step *);
IMPORT("wasi:io/poll@0.2.0", "poll") void poll_all(const pollable *, uint32_t length, list *ready);
IMPORT("wasi:io/poll@0.2.0", "[resource-drop]pollable") void drop_pollable(pollable);
IMPORT("wasi:clocks/monotonic-clock@0.2.0", "subscribe-duration")
pollable subscribe_duration(uint64_t nanoseconds);
IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.subscribe") pollable subscribe(stream);
IMPORT("wasi:io/streams@0.2.0", "[method]input-stream.read") void read_some(stream, uint64_t most, chunk *);
IMPORT("wasi:io/streams@0.2.0", "[resource-drop]input-stream") void drop_stream(stream);

typedef struct {
    string name, strategy, summary;
    list knobs;
} description;

typedef struct {
    uint8_t is_failure;
    struct {
        uint8_t failed; /* or not supported */
        string reason;
    } failure;
} result;
