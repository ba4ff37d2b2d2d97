//! Polls a chunk of the list while there is work, and all of it when idle.
