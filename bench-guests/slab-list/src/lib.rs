//! Slab-indexed registrations and a persistent poll list.
