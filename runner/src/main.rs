//! The `pollbench` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pollbench::cli::main()
}
