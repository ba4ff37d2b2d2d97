//! Slab-indexed registrations, the poll list rebuilt each turn.
