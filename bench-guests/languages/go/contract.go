package main

// The contract by hand: the names and layouts that the canonical ABI gives to what bench.wit
// and streams.wit declare. An address of WebAssembly has 32 bits, a pointer of Go has 64: those in memory are
// numbers here.

import "unsafe"

type address uint32

type list struct {
	items  address
	length uint32
}

const (
	stepWait = iota
	stepAgain
	stepSleep
	stepTimeout
	stepYield
	stepRace
	stepJoin
	stepSpawn
	stepDone
)

type step struct {
	kind uint8
	_    [7]byte
	// A pollable, a task, the first half of a duration, or a list.
	first, second uint32
	// How long a timeout waits.
	nanoseconds uint64
}

func (s *step) duration() uint64       { return uint64(s.second)<<32 | uint64(s.first) }
func (s *step) pollables() []pollable { return read[pollable](list{address(s.first), s.second}) }

// A step, or a stream to read, which then stands where the step's kind is.
type streamStep struct {
	isRead uint8
	_      [7]byte
	plain  step
}

func (s *streamStep) stream() stream { return *(*stream)(unsafe.Pointer(&s.plain)) }

type pollable uint32

type stream uint32

//go:wasmimport pollbench:bench/stream-driver@0.2.0 next
func hostNext(task, outcome uint32, answer unsafe.Pointer)

//go:wasmimport wasi:io/poll@0.2.0 poll
func hostPoll(pollables unsafe.Pointer, length uint32, answer unsafe.Pointer)

//go:wasmimport wasi:io/poll@0.2.0 [resource-drop]pollable
func hostDrop(pollable uint32)

//go:wasmimport wasi:clocks/monotonic-clock@0.2.0 subscribe-duration
func hostSubscribeDuration(nanoseconds uint64) uint32

//go:wasmimport wasi:io/streams@0.2.0 [method]input-stream.subscribe
func hostSubscribe(stream uint32) uint32

//go:wasmimport wasi:io/streams@0.2.0 [method]input-stream.read
func hostRead(stream uint32, most uint64, answer unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.0 [resource-drop]input-stream
func hostDropStream(stream uint32)

// Where the host writes what doesn't fit into a number. On a stack it might be moved.
var (
	answeredStep streamStep
	answeredList list
	answeredRead struct {
		// Nothing else fails.
		isAtEnd uint8
		_       [3]byte
		bytes   list
	}
)

// Keeps from the garbage collector what the host has written, until it is read.
var written [][]uint64

//go:wasmexport cabi_realloc
func realloc(_ unsafe.Pointer, _, _, size uint32) unsafe.Pointer {
	memory := make([]uint64, size/8+1)
	written = append(written, memory)
	return unsafe.Pointer(&memory[0])
}

func read[T any](of list) []T {
	items := append([]T(nil), unsafe.Slice((*T)(unsafe.Pointer(uintptr(of.items))), of.length)...)
	written = written[:0]
	return items
}

// What the step's lists refer to is valid until the next call of it.
func next(task, outcome uint32) *streamStep {
	hostNext(task, outcome, unsafe.Pointer(&answeredStep))
	return &answeredStep
}

// The positions of those that are ready; it blocks until one is.
func poll(pollables []pollable) []uint32 {
	hostPoll(unsafe.Pointer(&pollables[0]), uint32(len(pollables)), unsafe.Pointer(&answeredList))
	return read[uint32](answeredList)
}

func subscribeDuration(nanoseconds uint64) pollable {
	return pollable(hostSubscribeDuration(nanoseconds))
}

// How many bytes were read, and whether the stream is at its end instead.
func readSome(from stream) (uint32, bool) {
	hostRead(uint32(from), 65536, unsafe.Pointer(&answeredRead))
	written = written[:0]
	if answeredRead.isAtEnd != 0 {
		return 0, true
	}
	return answeredRead.bytes.length, false
}

func drop(pollables ...pollable) {
	for _, it := range pollables {
		hostDrop(uint32(it))
	}
}

type text struct {
	bytes  address
	length uint32
}

func textOf(words string) text {
	return text{address(uintptr(unsafe.Pointer(unsafe.StringData(words)))), uint32(len(words))}
}

type description struct {
	name, strategy, summary text
	knobs                   list
}

var described description

//go:wasmexport pollbench:bench/executor@0.2.0#describe
func describe() unsafe.Pointer {
	described = description{name: textOf(name), strategy: textOf(strategy), summary: textOf(summary)}
	return unsafe.Pointer(&described)
}

type result struct {
	isFailure uint8
	_         [3]byte
	failed    uint8
	_         [3]byte
	reason    text
}

var returned result

// Kept from the garbage collector until the host has read it.
var reason string

//go:wasmexport pollbench:bench/executor@0.2.0#run
func run(tasks uint32, _ unsafe.Pointer, _ uint32) unsafe.Pointer {
	returned = result{}
	if err := runTasks(tasks); err != nil {
		reason = err.Error()
		returned = result{isFailure: 1, failed: 1, reason: textOf(reason)}
	}
	return unsafe.Pointer(&returned)
}
