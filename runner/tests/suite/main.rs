//! Tests of the runner as a whole. They are one program, because each would be
//! linked with the engine.

mod bad_input;
mod check;
mod code_cache;
mod compare;
mod components;
mod dashboard;
mod example;
mod faults_p3;
mod gate;
mod help;
mod history;
mod history_from;
mod history_places;
mod hosts;
mod languages;
mod library;
mod manners;
mod mutated;
mod naming;
mod odd_input;
mod parts;
mod profile;
mod profile_files;
mod real_host;
mod refusals;
mod replay;
mod resume;
mod rogues;
mod run;
mod self_test;
mod support;
mod tune;
mod tune_grid;
mod turns;
mod worker;
