use std::net::Ipv4Addr;

use itertools::Itertools as _;
use pollbench_reports::live::{HttpSettings, LiveSettings, Scenario};

use super::{LiveArguments, LiveCommand};
use crate::live::{Http, Settings};
use crate::matrix::{ActiveSetting, InputError};

/// What is asked where nothing else is said.
struct Defaults {
    connections: u32,
    active: ActiveSetting,
    /// Requests a second.
    rate: u32,
}

/// A timer is of one connection, so all of them have some. Each request of HTTP makes others, each
/// over a connection of its own.
fn defaults(scenario: Scenario) -> Defaults {
    let all = ActiveSetting::Percent(100);
    match scenario {
        Scenario::Echo => {
            Defaults { connections: 1_000, active: ActiveSetting::Percent(10), rate: 1_000 }
        }
        Scenario::Timers => Defaults { connections: 1_000, active: all, rate: 1_000 },
        Scenario::Http => Defaults { connections: 100, active: all, rate: 100 },
    }
}

/// The size of a request, in bytes.
const BYTES: u32 = 64;

/// What is asked of the servers.
pub fn settings(command: &LiveCommand) -> Result<Settings, InputError> {
    let arguments = command.arguments();
    let defaults = defaults(command.scenario());
    let rate = arguments.rate.unwrap_or(defaults.rate);
    let requests = f64::from(rate) * arguments.time.as_secs_f64();
    if requests < 1.0 {
        return Err(InputError::NoRequest { time: arguments.time, rate });
    }
    let settings = Settings {
        scenario: command.scenario(),
        host: arguments.host,
        loads: loads(arguments, &defaults)?,
        rate: rate.into(),
        arrivals: arguments.arrivals,
        bytes: arguments.bytes.unwrap_or(BYTES),
        longest_delay: command.longest_delay(),
        http: command.http(),
        warm_up: arguments.warm_up,
        time: arguments.time,
        rounds: arguments.rounds,
        p99_at_most: arguments.p99_at_most,
        seed: arguments.seed.seed(),
    };
    check_delays(&settings)?;
    check_http(&settings, arguments)?;
    Ok(settings)
}

/// The numbers of connections, each with those of active ones.
fn loads(arguments: &LiveArguments, defaults: &Defaults) -> Result<Vec<(u32, u32)>, InputError> {
    fn or<T: Clone>(given: &[T], default: T) -> Vec<T> {
        if given.is_empty() { vec![default] } else { given.to_vec() }
    }
    let connections = or(&arguments.connections, defaults.connections);
    let active = or(&arguments.active, defaults.active);
    let mut loads = Vec::new();
    for (&connections, setting) in connections.iter().cartesian_product(&active) {
        let active = setting.of(connections);
        if active > connections {
            return Err(InputError::MoreActiveConnections { active, connections });
        }
        if !loads.contains(&(connections, active)) {
            loads.push((connections, active));
        }
    }
    Ok(loads)
}

/// Requests of HTTP are as long as they are, and what a simulation tells is not about them.
fn check_http(settings: &Settings, arguments: &LiveArguments) -> Result<(), InputError> {
    if settings.http.is_none() {
        return Ok(());
    }
    match (arguments.bytes, &arguments.simulated) {
        (Some(_), _) => Err(InputError::SizeOfHttp),
        (_, Some(_)) => Err(InputError::SimulatedHttp),
        _ => Ok(()),
    }
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
        arrivals: settings.arrivals,
        bytes: settings.http.map_or(settings.bytes, bytes),
        longest_delay_seconds: settings.longest_delay.map(|it| it.as_secs_f64()),
        http: settings.http.map(|it| HttpSettings {
            requests: it.requests,
            awaited: it.awaited.to_string(),
            longest_delay_seconds: it.longest_delay.as_secs_f64(),
            reuse: Some(it.reuse),
        }),
        warm_up_seconds: settings.warm_up.as_secs_f64(),
        seconds: settings.time.as_secs_f64(),
        rounds: settings.rounds,
        seed: settings.seed,
    }
}

/// The size of a request of HTTP that names a port of five digits, which most ports have.
fn bytes(http: Http) -> u32 {
    http.asking((Ipv4Addr::LOCALHOST, u16::MAX).into()).bytes()
}
