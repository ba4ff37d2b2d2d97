// A hundred goroutines sleep twenty times each, some longer than others.
package main

import (
	"sync"
	"time"
)

func main() {
	var all sync.WaitGroup
	for number := range 100 {
		all.Go(func() {
			for range 20 {
				time.Sleep(time.Duration(1+number%7) * time.Millisecond)
			}
		})
	}
	all.Wait()
}
