use pollbench_reports::live::{Processors, Scenario};

use crate::worker::allowed_processors;

/// One processor for the server and another for the load generator; `None` if there are not
/// two, or the system doesn't tell. If there is a server that handlers of HTTP ask, it has a third
/// one, or else that of the server: the load generator must not be late.
pub fn processors(scenario: Scenario) -> Option<Processors> {
    let is_http = scenario == Scenario::Http;
    match allowed_processors().as_slice() {
        // The first one has more of the system's own work to do, and the generator minds
        // least, for it never sleeps.
        [load, others @ .., server] => Some(Processors {
            server: *server,
            load: *load,
            upstream: is_http.then(|| *others.last().unwrap_or(server)),
        }),
        _ => None,
    }
}
