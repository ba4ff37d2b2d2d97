use std::collections::BTreeMap;

use crate::matrix::Tasks;
use crate::record::Cell;

/// Puts cells into the order of a matrix: by workload, its parameters, active tasks, size,
/// and then by contender. Workloads, parameters and contenders keep their order in the
/// records.
pub fn sort(cells: &mut [Cell], records: &[Vec<&Cell>], workloads: &[&str]) {
    // The number of active tasks is read as a number or a share for all cells of a workload
    // together.
    let mut tasks: BTreeMap<_, Tasks> = BTreeMap::new();
    for &cell in records.iter().flatten() {
        tasks.entry((&cell.workload, &cell.parameters)).or_default().add(cell);
    }
    let active =
        |cell: &Cell| tasks.get(&(&cell.workload, &cell.parameters)).map(|it| it.reading(cell));
    let in_catalogue =
        |name: &str| workloads.iter().position(|it| *it == name).unwrap_or(usize::MAX);
    let by_workload = common_order(records, |it| it.workload.as_str(), |name| in_catalogue(name));
    let by_parameters =
        common_order(records, |it| (it.workload.as_str(), &it.parameters), |it| Some(it.1));
    let by_contender = common_order(records, |it| it.id().contender, |_| ());
    let place = |cell: &Cell| {
        (
            place_in(&by_workload, &cell.workload.as_str()),
            place_in(&by_parameters, &(cell.workload.as_str(), &cell.parameters)),
            active(cell),
            cell.pollables,
            cell.effort,
            cell.environment,
            place_in(&by_contender, &cell.id().contender),
        )
    };
    cells.sort_by_cached_key(|cell| place(cell));
}

fn place_in<T: PartialEq>(order: &[T], item: &T) -> Option<usize> {
    order.iter().position(|it| it == item)
}

/// Merges the orders of several sequences into one that contradicts none of them, if that
/// is possible (a topological sort). Of the items that may come next, the one with the
/// lowest `rank` does; at equal rank, the one that appears first.
fn common_order<'a, T: PartialEq + Copy, R: Ord>(
    records: &[Vec<&'a Cell>],
    item: impl Fn(&'a Cell) -> T,
    rank: impl Fn(&T) -> R,
) -> Vec<T> {
    let mut left: Vec<Vec<T>> = records
        .iter()
        .map(|cells| {
            let mut items: Vec<T> = Vec::new();
            for item in cells.iter().map(|&cell| item(cell)) {
                if !items.contains(&item) {
                    items.push(item);
                }
            }
            items
        })
        .collect();
    let mut order = Vec::new();
    loop {
        left.retain(|sequence| !sequence.is_empty());
        let heads: Vec<T> = left.iter().map(|sequence| sequence[0]).collect();
        let is_free = |head: &&T| !left.iter().any(|it| it[1..].contains(head));
        // If sequences contradict each other, no head is free: then the first head is
        // taken.
        let free = heads.iter().filter(is_free).min_by_key(|head| rank(head));
        let Some(&next) = free.or(heads.first()) else { return order };
        left.iter_mut().for_each(|sequence| sequence.retain(|it| *it != next));
        order.push(next);
    }
}
