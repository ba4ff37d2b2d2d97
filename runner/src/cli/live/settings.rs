use itertools::Itertools as _;
use pollbench_reports::live::LiveSettings;

use super::LiveArguments;
use crate::live::Settings;
use crate::matrix::InputError;

/// What is asked of the servers.
pub fn settings(arguments: &LiveArguments) -> Result<Settings, InputError> {
    let mut loads = Vec::new();
    for (&connections, setting) in arguments.connections.iter().cartesian_product(&arguments.active)
    {
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
    Ok(Settings {
        host: arguments.host,
        loads,
        rate: arguments.rate.into(),
        bytes: arguments.bytes,
        warm_up: arguments.warm_up,
        time: arguments.time,
        rounds: arguments.rounds,
        p99_at_most: arguments.p99_at_most,
        seed: arguments.seed.seed(),
    })
}

/// The same for the record.
pub fn record(settings: &Settings) -> LiveSettings {
    LiveSettings {
        host: settings.host,
        rate: settings.rate,
        bytes: settings.bytes,
        warm_up_seconds: settings.warm_up.as_secs_f64(),
        seconds: settings.time.as_secs_f64(),
        rounds: settings.rounds,
        seed: settings.seed,
    }
}
