module timers

go 1.25
