use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use pollbench_load::{Arrivals, Asking, Awaited, Plan, raise_descriptor_limit};
use pollbench_reports::live::{LiveArrivals, LiveCell, LiveHost, Processors, Scenario};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_pcg::Pcg64Mcg;

use super::error::LiveError;
use super::guest::Guest;
use super::processors::processors;
use super::round::Stage;
use super::totals::Totals;
use crate::session::Progress;
use crate::worker::Program;

/// What is asked of each server.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What the servers do.
    pub scenario: Scenario,
    /// How the host runs them.
    pub host: LiveHost,
    /// The loads: connections, and how many of them are active.
    pub loads: Vec<(u32, u32)>,
    /// Requests a second, over all active connections.
    pub rate: f64,
    /// How their planned moments lie.
    pub arrivals: LiveArrivals,
    /// The size of a request, in bytes.
    pub bytes: u32,
    /// The longest timer of a request, where there are timers; by default half of the time between
    /// two requests of a connection.
    pub longest_delay: Option<Duration>,
    /// What handlers of HTTP ask another server for.
    pub http: Option<Http>,
    /// How long requests are sent before the measured window.
    pub warm_up: Duration,
    /// The length of the measured window.
    pub time: Duration,
    /// How many rounds there are.
    pub rounds: u32,
    /// Look for the highest rate with at most this p99 latency, too.
    pub p99_at_most: Option<Duration>,
    /// The seed of the random number generator.
    pub seed: u64,
}

/// What a handler of HTTP asks another server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http {
    /// Which answers it awaits.
    pub awaited: Awaited,
    /// How many requests it sends for each of its own.
    pub requests: u32,
    /// The longest delay before an answer.
    pub longest_delay: Duration,
    /// How many requests an instance of WASI 0.3 handles.
    pub reuse: u32,
}

impl Http {
    /// The same for the load generator, with the address of the server that is asked.
    pub fn asking(self, upstream: SocketAddr) -> Asking {
        Asking { awaited: self.awaited, requests: self.requests, upstream }
    }
}

impl Settings {
    /// The longest timer of a request with so many active connections; zero if there are none.
    pub fn longest_delay(&self, active: u32) -> Duration {
        match self.scenario {
            Scenario::Echo | Scenario::Http => Duration::ZERO,
            Scenario::Timers => {
                self.longest_delay.unwrap_or_else(|| self.between_requests(active) / 2)
            }
        }
    }

    /// The time between two requests of a connection.
    pub fn between_requests(&self, active: u32) -> Duration {
        Duration::try_from_secs_f64(f64::from(active) / self.rate).unwrap_or(Duration::MAX)
    }
}

/// How long a server may take until it has answered on each connection once.
const CONNECT: Duration = Duration::from_secs(60);
/// How long replies may come after the window.
const GRACE: Duration = Duration::from_secs(5);

/// All rounds of all guests.
pub struct Session<'a> {
    guests: &'a [Guest],
    settings: &'a Settings,
    stage: Stage<'a>,
    progress: &'a dyn Progress,
}

impl<'a> Session<'a> {
    /// Gets ready to measure. The processes are of `program`.
    ///
    /// # Errors
    ///
    /// If the system does not grant as many connections.
    pub fn new(
        guests: &'a [Guest],
        settings: &'a Settings,
        program: Program,
        stop: &'a AtomicBool,
        progress: &'a dyn Progress,
    ) -> Result<Self, LiveError> {
        let most = settings.loads.iter().map(|it| it.0).max().unwrap_or(0);
        // The processes have the limits of this one.
        raise_descriptor_limit(most)?;
        let stage = Stage {
            program,
            host: settings.host,
            processors: processors(settings.scenario),
            scenario: settings.scenario,
            upstream_delay: settings.http.map_or(Duration::ZERO, |it| it.longest_delay),
            reuse: settings.http.map_or(1, |it| it.reuse),
            stop,
        };
        Ok(Self { guests, settings, stage, progress })
    }

    /// The processors that both sides are kept on.
    pub fn processors(&self) -> Option<Processors> {
        self.stage.processors
    }

    /// Measures every guest under every load, in turns. When everything is to stop, the
    /// rounds until then are returned.
    ///
    /// # Errors
    ///
    /// If something other than a guest goes wrong.
    pub fn measure(&self) -> Result<Vec<LiveCell>, LiveError> {
        let mut random = Pcg64Mcg::seed_from_u64(self.settings.seed);
        let mut cells = Vec::new();
        for &(connections, active) in &self.settings.loads {
            let cell = |guest: &Guest| LiveCell {
                guest: guest.record.name.clone(),
                connections,
                active,
                failure: None,
                rounds: Vec::new(),
                latency: None,
                service: None,
                lateness: None,
                highest: None,
            };
            let mut load: Vec<(LiveCell, Totals)> =
                self.guests.iter().map(|it| (cell(it), Totals::default())).collect();
            for round in 0..self.settings.rounds {
                let mut order: Vec<usize> = (0..self.guests.len()).collect();
                order.shuffle(&mut random);
                for guest in order {
                    let (cell, totals) = &mut load[guest];
                    if cell.failure.is_none() && !self.stage.stop.load(Relaxed) {
                        self.progress.begin(&format!("live, {}", cell.guest), self.turns());
                        self.round(&self.guests[guest], round, cell, totals)?;
                    }
                    self.progress.advance(1);
                }
            }
            cells.extend(load.into_iter().map(|it| it.0));
        }
        if let Some(bound) = self.settings.p99_at_most {
            self.find_highest_rates(&mut cells, bound)?;
        }
        self.progress.end();
        Ok(cells)
    }

    /// How many turns all guests have together: one in each round, and one for a search.
    fn turns(&self) -> u64 {
        let searches = u64::from(self.settings.p99_at_most.is_some());
        let cells = (self.guests.len() * self.settings.loads.len()) as u64;
        cells * (u64::from(self.settings.rounds) + searches)
    }

    /// Searches for each cell that has not failed. Its length can't be known before.
    fn find_highest_rates(&self, cells: &mut [LiveCell], bound: Duration) -> Result<(), LiveError> {
        for (cell, guest) in cells.iter_mut().zip(self.guests.iter().cycle()) {
            if cell.failure.is_none() && !self.stage.stop.load(Relaxed) {
                self.progress.begin(&format!("highest rate, {}", cell.guest), self.turns());
                match self.stage.highest(guest, &self.plan(cell, 0), bound)? {
                    None => {}
                    Some(Ok(highest)) => cell.highest = Some(highest),
                    Some(Err(failure)) => cell.failure = Some(failure),
                }
            }
            self.progress.advance(1);
        }
        Ok(())
    }

    fn round(
        &self,
        guest: &Guest,
        round: u32,
        cell: &mut LiveCell,
        totals: &mut Totals,
    ) -> Result<(), LiveError> {
        match self.stage.round(guest, self.plan(cell, round))? {
            None => {}
            Some(Ok(measured)) => totals.add(cell, round, measured),
            Some(Err(failed)) => cell.failure = Some(failed.why),
        }
        Ok(())
    }

    fn plan(&self, cell: &LiveCell, round: u32) -> Plan {
        let Settings { rate, arrivals, bytes, warm_up, time, seed, .. } = *self.settings;
        let longest_delay = self.settings.longest_delay(cell.active);
        // The stage knows the addresses.
        let unknown = ([127, 0, 0, 1], 0).into();
        let upstream_delay = self.settings.http.map_or(Duration::ZERO, |it| it.longest_delay);
        Plan {
            address: unknown,
            connections: cell.connections,
            active: cell.active,
            rate,
            arrivals: match arrivals {
                LiveArrivals::Even => Arrivals::Even,
                LiveArrivals::Poisson => Arrivals::Poisson,
                LiveArrivals::Burst => Arrivals::Burst,
            },
            bytes,
            longest_delay,
            http: self.settings.http.map(|it| it.asking(unknown)),
            connect: CONNECT,
            warm_up,
            time,
            grace: GRACE + longest_delay + upstream_delay,
            // Each guest has the same active connections in a round, and others in the next.
            seed: seed.wrapping_add(round.into()),
        }
    }
}
