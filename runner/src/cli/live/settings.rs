use itertools::Itertools as _;
use pollbench_reports::live::{LiveSettings, Scenario};

use super::{LiveArguments, LiveCommand};
use crate::live::Settings;
use crate::matrix::{ActiveSetting, InputError};

/// What is asked of the servers.
pub fn settings(command: &LiveCommand) -> Result<Settings, InputError> {
    let arguments = command.arguments();
    let mut loads = Vec::new();
    let active = active(arguments, command.scenario());
    for (&connections, setting) in arguments.connections.iter().cartesian_product(&active) {
        let active = setting.of(connections);
        if active > connections {
            return Err(InputError::MoreActiveConnections { active, connections });
        }
        if !loads.contains(&(connections, active)) {
            loads.push((connections, active));
        }
    }
    let requests = f64::from(arguments.rate) * arguments.time.as_secs_f64();
    if requests < 1.0 {
        return Err(InputError::NoRequest { time: arguments.time, rate: arguments.rate });
    }
    let settings = Settings {
        scenario: command.scenario(),
        host: arguments.host,
        loads,
        rate: arguments.rate.into(),
        bytes: arguments.bytes,
        longest_delay: command.longest_delay(),
        warm_up: arguments.warm_up,
        time: arguments.time,
        rounds: arguments.rounds,
        p99_at_most: arguments.p99_at_most,
        seed: arguments.seed.seed(),
    };
    check_delays(&settings)?;
    Ok(settings)
}

/// A timer is of one connection: of all, unless it is said of how many.
fn active(arguments: &LiveArguments, scenario: Scenario) -> Vec<ActiveSetting> {
    let default = match scenario {
        Scenario::Echo => ActiveSetting::Percent(10),
        Scenario::Timers => ActiveSetting::Percent(100),
    };
    if arguments.active.is_empty() { vec![default] } else { arguments.active.clone() }
}

/// A request must not come before the one before it on its connection is answered, and has room
/// for the delay that it asks for.
fn check_delays(settings: &Settings) -> Result<(), InputError> {
    for &(_, active) in &settings.loads {
        let longest = settings.longest_delay(active);
        let every = settings.between_requests(active);
        if !longest.is_zero() && longest >= every {
            return Err(InputError::DelayTooLong { longest, every, active });
        }
        if !longest.is_zero() && settings.bytes < 2 {
            return Err(InputError::NoRoomForDelay { bytes: settings.bytes });
        }
    }
    Ok(())
}

/// The same for the record.
pub fn record(settings: &Settings) -> LiveSettings {
    LiveSettings {
        host: settings.host,
        rate: settings.rate,
        bytes: settings.bytes,
        longest_delay_seconds: settings.longest_delay.map(|it| it.as_secs_f64()),
        warm_up_seconds: settings.warm_up.as_secs_f64(),
        seconds: settings.time.as_secs_f64(),
        rounds: settings.rounds,
        seed: settings.seed,
    }
}
