//! The executor core every pollbench guest shares: tasks, wakers, timers, and the contract.
