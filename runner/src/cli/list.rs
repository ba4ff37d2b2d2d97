use pollbench_guests::BUILT_IN;

use super::arguments::ListArguments;
use super::error::Exit;
use super::{Done, streams};
use crate::engine::{Configuration, Description, Guest, Host, Source};
use pollbench_simulation::workload::{CATALOGUE, Kind};

/// Shows the guests, the workloads, and what can be set.
pub fn list(arguments: &ListArguments) -> Done {
    let configuration = Configuration::new()?;
    let files = arguments.guest.iter().cloned().map(Source::File);
    let sources = BUILT_IN.iter().copied().map(Source::BuiltIn).chain(files);
    let mut text = String::from("Guests (--guests, --knob):\n");
    for source in sources {
        let guest = Guest::load(&source, &configuration)?;
        show_guest(&mut text, &guest.description);
        if let Source::File(_) = source {
            text += &format!("  {:14}   imports {}\n", "", guest.imports);
        }
    }
    text += "\nWorkloads (--workloads, --param):\n";
    CATALOGUE.iter().for_each(|kind| show_workload(&mut text, kind));
    text += "\nHosts (--host):\n";
    for host in Host::ALL {
        text += &format!("  {:14} {}\n", host.name(), host.summary());
    }
    streams::print(&text)?;
    Ok(Exit::Fine)
}

fn show_guest(text: &mut String, description: &Description) {
    let Description { name, strategy, summary, knobs } = description;
    *text += &format!("  {name:14} {strategy}: {summary}\n");
    for knob in knobs {
        let default = knob.range.record(knob.default);
        *text += &format!(
            "  {:14}   {} ({}; default {default}): {}\n",
            "", knob.name, knob.range, knob.summary
        );
    }
}

fn show_workload(text: &mut String, kind: &Kind) {
    *text += &format!("  {:14} {}\n", kind.name, kind.summary);
    *text += &format!("  {:14}   {}\n", "", kind.question);
    for parameter in kind.parameters {
        let default = parameter.range.record(parameter.default);
        *text += &format!(
            "  {:14}   {} ({}; default {default}): {}\n",
            "", parameter.name, parameter.range, parameter.summary
        );
    }
}
