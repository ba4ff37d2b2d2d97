use pollbench_guests::BUILT_IN;

use super::arguments::ListArguments;
use super::error::{Error, Exit};
use super::guest_file::GuestFile;
use super::guest_names::{Unnamed, distinct};
use super::{Done, streams};
use crate::engine::{Configuration, Description, Host, Lane, OneLane, Source};
use pollbench_simulation::workload::{self, Kind, NO_TRACE};

/// Shows the guests, the workloads, and what can be set.
pub fn list(arguments: &ListArguments) -> Done {
    let configuration = Configuration::new()?;
    let mut text = String::from("Guests (--guests, --knob):\n");
    for guest in guests(&arguments.guest, &configuration)? {
        show_guest(&mut text, &guest.description);
        if guest.record.file().is_some() {
            text += &format!("  {:14}   imports {}\n", "", guest.imports());
        }
    }
    text += "\nWorkloads (--workloads, --param):\n";
    workload::all().for_each(|kind| show_workload(&mut text, kind));
    text += "\nHosts (--host):\n";
    for host in Host::ALL {
        text += &format!("  {:14} {}\n", host.name(), host.summary());
    }
    streams::print(&text)?;
    Ok(Exit::Fine)
}

/// The built-in guests and those of some files, each with a name of its own.
fn guests(files: &[GuestFile], configuration: &Configuration) -> Result<Vec<OneLane>, Error> {
    let built_in = BUILT_IN.iter().copied().map(|it| (Source::BuiltIn(it), None));
    let files = files.iter().map(|it| (Source::File(it.path.clone()), Some(it)));
    let mut guests = Vec::new();
    let mut from = Vec::new();
    for (source, file) in built_in.chain(files) {
        guests.push(OneLane::load(&source, configuration, Lane::Counted)?);
        from.push(file);
    }
    let unnamed = guests.iter().zip(from);
    let unnamed = unnamed.map(|(it, file)| Unnamed { own: &it.description.name, file });
    let names = distinct(&unnamed.collect::<Vec<_>>())?;
    for (guest, name) in guests.iter_mut().zip(names) {
        guest.description.name = name;
    }
    Ok(guests)
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
        let default = match parameter.default {
            NO_TRACE => "no default".into(),
            default => format!("default {}", parameter.range.record(default)),
        };
        *text += &format!(
            "  {:14}   {} ({}; {default}): {}\n",
            "", parameter.name, parameter.range, parameter.summary
        );
    }
}
