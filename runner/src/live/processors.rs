use pollbench_reports::live::Processors;

use crate::worker::allowed_processors;

/// One processor for the server and another for the load generator; `None` if there are not
/// two, or the system doesn't tell.
pub fn processors() -> Option<Processors> {
    match allowed_processors().as_slice() {
        // The first one has more of the system's own work to do, and the generator minds
        // least, for it never sleeps.
        [load, .., server] => Some(Processors { server: *server, load: *load }),
        _ => None,
    }
}
