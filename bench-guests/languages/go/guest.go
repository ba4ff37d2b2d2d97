// An executor in Go: a goroutine for each task. They and the loop take turns, so one of them
// runs at a time, and when none can, the loop polls what they wait for.
package main

import (
	"errors"
	"fmt"
)

const (
	name     = "go"
	strategy = "vector scan"
	summary  = "a goroutine for each task, resumed through its channel"
)

type task struct {
	number uint32
	// What the goroutine waits for, and what it is told then.
	resume chan uint32
}

// The pollables that a task waits for: for as many as are missing.
type group struct {
	task    *task
	missing int
	isRace  bool
}

type wait struct {
	pollable pollable
	group    *group
	position uint32
}

// A task that can run, and what to tell it.
type resumption struct {
	task    *task
	outcome uint32
}

type executor struct {
	waiting    []wait
	polled     []pollable
	runnable   []resumption
	unfinished int
	// The goroutine that runs says here that it waits, or has ended.
	parked chan error
}

func runTasks(count uint32) error {
	e := &executor{parked: make(chan error)}
	for number := range count {
		e.spawn(number)
	}
	for e.unfinished > 0 {
		running := e.runnable
		e.runnable = nil
		for _, it := range running {
			it.task.resume <- it.outcome
			if err := <-e.parked; err != nil {
				return err
			}
		}
		if len(e.waiting) > 0 {
			e.turn()
		} else if len(e.runnable) == 0 && e.unfinished > 0 {
			return errors.New("every task waits, and for nothing")
		}
	}
	return nil
}

// Polls once, without blocking while a task can run.
func (e *executor) turn() {
	e.polled = e.polled[:0]
	for _, it := range e.waiting {
		e.polled = append(e.polled, it.pollable)
	}
	if len(e.runnable) > 0 {
		// A new one for each poll: the host looks for events at the first look at such a one.
		marker := subscribeDuration(0)
		defer drop(marker)
		e.polled = append(e.polled, marker)
	}
	for _, position := range poll(e.polled) {
		if int(position) == len(e.waiting) {
			continue
		}
		it := &e.waiting[position]
		group := it.group
		it.group = nil
		if group.missing -= 1; group.missing == 0 {
			outcome := uint32(0)
			if group.isRace {
				outcome = it.position
			}
			e.runnable = append(e.runnable, resumption{group.task, outcome})
		}
	}
	others := e.waiting[:0]
	for _, it := range e.waiting {
		if it.group != nil && it.group.missing > 0 {
			others = append(others, it)
		}
	}
	e.waiting = others
}

func (e *executor) spawn(number uint32) {
	it := &task{number, make(chan uint32)}
	e.unfinished += 1
	e.runnable = append(e.runnable, resumption{it, 0})
	go func() {
		defer func() {
			if panicked := recover(); panicked != nil {
				e.parked <- fmt.Errorf("task %d: %v", number, panicked)
				return
			}
			e.unfinished -= 1
			e.parked <- nil
		}()
		<-it.resume
		e.script(it)
	}()
}

// Lets the loop go on until it resumes the task, and returns what it is told.
func (e *executor) park(it *task) uint32 {
	e.parked <- nil
	return <-it.resume
}

func (e *executor) await(it *task, missing int, pollables ...pollable) uint32 {
	group := &group{it, missing, missing < len(pollables)}
	for position, pollable := range pollables {
		e.waiting = append(e.waiting, wait{pollable, group, uint32(position)})
	}
	return e.park(it)
}

// A task: it does what the host says until that is `done`.
func (e *executor) script(it *task) {
	var kept []pollable
	outcome := uint32(0)
	for {
		answer := *next(it.number, outcome)
		if answer.isRead != 0 {
			drop(kept...)
			kept = nil
			outcome = e.read(it, answer.stream())
			continue
		}
		step := answer.plain
		if step.kind != stepAgain {
			drop(kept...)
			kept = nil
		}
		outcome = 0
		switch step.kind {
		case stepWait:
			kept = []pollable{pollable(step.first)}
			e.await(it, 1, kept...)
		case stepAgain:
			e.await(it, 1, kept...)
		case stepSleep:
			timer := subscribeDuration(step.duration())
			e.await(it, 1, timer)
			drop(timer)
		case stepTimeout:
			both := []pollable{pollable(step.first), subscribeDuration(step.nanoseconds)}
			outcome = e.await(it, 1, both...)
			drop(both...)
		case stepRace:
			all := step.pollables()
			outcome = e.await(it, 1, all...)
			drop(all...)
		case stepJoin:
			all := step.pollables()
			e.await(it, len(all), all...)
			drop(all...)
		case stepYield:
			e.runnable = append(e.runnable, resumption{it, 0})
			e.park(it)
		case stepSpawn:
			e.spawn(step.first)
		case stepDone:
			return
		}
	}
}

// Reads a stream to its end, and returns the number of bytes.
func (e *executor) read(it *task, from stream) uint32 {
	pollable := pollable(hostSubscribe(uint32(from)))
	bytes := uint32(0)
	for {
		e.await(it, 1, pollable)
		more, isAtEnd := readSome(from)
		if isAtEnd {
			drop(pollable)
			hostDropStream(uint32(from))
			return bytes
		}
		bytes += more
	}
}

// Go wants one; a component is called by its exports.
func main() {}
