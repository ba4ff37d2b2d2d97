use super::Waits;
use crate::format;
use crate::profile::markers::{MOST, grown, long};
use crate::profile::{Marker, MarkerKind};

/// So many waits of no use, one after the other, stand out.
const HABIT: usize = 16;

/// What stands out in the waits of a trace: the longest times until the next one, lists that are
/// much longer than all before, and the longest rows of waits that were of no use; in their order.
pub fn standing_out(waits: &Waits) -> Vec<Marker> {
    let times: Vec<u64> = waits.list.iter().map(|it| it.after).collect();
    let mut markers = long(&times, |_, took, medians| {
        format!("{took} went by until the next call, {medians} times the median.")
    });
    markers.extend(grown(waits.list.iter().map(|it| it.handles)));
    markers.extend(wasted(waits));
    markers.sort_by_key(|it| it.turn);
    markers
}

fn wasted(waits: &Waits) -> Vec<Marker> {
    let mut runs = Vec::new();
    let mut turn = 0;
    for run in waits.list.chunk_by(|one, next| (one.wasted > 0) == (next.wasted > 0)) {
        if run[0].wasted > 0 && run.len() >= HABIT {
            runs.push((turn, run.len() as u64));
        }
        turn += run.len() as u64;
    }
    runs.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    let marker = |(turn, length)| Marker {
        turn,
        kind: MarkerKind::Wasted,
        text: format!(
            "From here, {} calls one after the other were of no use, or calls of `ready` after them.",
            format::count(length)
        ),
    };
    runs.into_iter().take(MOST).map(marker).collect()
}
