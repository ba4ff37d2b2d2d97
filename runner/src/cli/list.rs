use pollbench_guests::BUILT_IN;

use super::Done;
use super::arguments::ListArguments;
use super::error::Exit;
use crate::engine::{Configuration, Description, Guest, Host, Source};
use pollbench_simulation::workload::{CATALOGUE, Kind};

/// Shows the guests, the workloads, and what can be set.
pub fn list(arguments: &ListArguments) -> Done {
    let configuration = Configuration::new()?;
    let files = arguments.guest.iter().cloned().map(Source::File);
    let sources = BUILT_IN.iter().copied().map(Source::BuiltIn).chain(files);
    println!("Guests (--guests, --knob):");
    for source in sources {
        let guest = Guest::load(&source, &configuration)?;
        show_guest(&guest.description);
        if let Source::File(_) = source {
            println!("  {:14}   imports {}", "", guest.imports);
        }
    }
    println!("\nWorkloads (--workloads, --param):");
    CATALOGUE.iter().for_each(show_workload);
    println!("\nHosts (--host):");
    Host::ALL.iter().for_each(|host| println!("  {:14} {}", host.name(), host.summary()));
    Ok(Exit::Fine)
}

fn show_guest(description: &Description) {
    let Description { name, strategy, summary, knobs } = description;
    println!("  {name:14} {strategy}: {summary}");
    for knob in knobs {
        let default = knob.range.record(knob.default);
        println!(
            "  {:14}   {} ({}; default {default}): {}",
            "", knob.name, knob.range, knob.summary
        );
    }
}

fn show_workload(kind: &Kind) {
    println!("  {:14} {}", kind.name, kind.summary);
    println!("  {:14}   {}", "", kind.question);
    for parameter in kind.parameters {
        let default = parameter.range.record(parameter.default);
        println!(
            "  {:14}   {} ({}; default {default}): {}",
            "", parameter.name, parameter.range, parameter.summary
        );
    }
}
