//! Empty: only the sources of its dependencies are wanted.
