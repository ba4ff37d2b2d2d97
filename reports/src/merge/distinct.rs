use std::collections::BTreeMap;

use crate::record::{Cell, CellId, Status};

use super::{MergeError, Part};

/// Removes each cell that occurs more than once from all parts but one.
pub fn leave_one_of_each(parts: &mut [Part]) -> Result<(), MergeError> {
    let mut kept: BTreeMap<CellId, (usize, &Cell)> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for &cell in &part.cells {
            match kept.get(&cell.id()) {
                Some((_, other)) if is_blank(cell) || is_same(cell, other) => {}
                Some((first, other)) if !is_blank(other) => {
                    return Err(MergeError::Twice {
                        cell: cell.id().to_string(),
                        first: parts[*first].name.into(),
                        second: part.name.into(),
                    });
                }
                Some(_) | None => {
                    kept.insert(cell.id(), (index, cell));
                }
            }
        }
    }
    for part in parts {
        part.cells.retain(|cell| std::ptr::eq(kept[&cell.id()].1, *cell));
    }
    Ok(())
}

/// Whether the run was interrupted before it came to this cell.
fn is_blank(cell: &Cell) -> bool {
    cell.status == Status::Ok && cell.counters.is_none() && cell.time.is_none()
}

/// Whether two cells are equal in everything but the index of their environment.
fn is_same(cell: &Cell, other: &Cell) -> bool {
    let environment = other.environment;
    *other == Cell { environment, ..cell.clone() }
}
