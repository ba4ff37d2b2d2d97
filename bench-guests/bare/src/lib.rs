//! The floor: a hand-written loop without futures.
