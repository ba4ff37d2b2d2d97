//! A list rebuilt each turn and scanned for what became ready.
