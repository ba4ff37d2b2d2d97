//! Executors broken on purpose, for the tests of the checks.
