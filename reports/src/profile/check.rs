//! Whether the numbers of a profile that was read fit together, so that what is made of it can
//! rely on them.

use super::{CallTree, Profile};

impl Profile {
    /// Checks that every tree has each node after its parent, only functions of the list, and
    /// costs that can be added up.
    ///
    /// # Errors
    ///
    /// A sentence about the first thing that does not fit.
    pub fn check(&self) -> Result<(), String> {
        let exact = self.exact.iter().map(|it| &it.tree);
        let sampled = self.sampled.iter().map(|it| &it.tree);
        exact.chain(sampled).try_for_each(|tree| check_tree(tree, self.functions.len()))
    }
}

/// Whether a tree fits together, whose functions are of a list of so many.
pub(crate) fn check_tree(tree: &CallTree, functions: usize) -> Result<(), String> {
    for (position, node) in tree.nodes.iter().enumerate() {
        if node.parent.is_some_and(|it| it as usize >= position) {
            return Err(format!("node {position} of a tree comes before its parent"));
        }
        if node.function as usize >= functions {
            let number = node.function;
            return Err(format!("node {position} of a tree is function {number} of {functions}"));
        }
    }
    let add = |sum: u64, own: u64| sum.checked_add(own);
    let costs = tree.nodes.iter().map(|it| it.own).try_fold(0, add);
    let calls = tree.nodes.iter().map(|it| it.calls).try_fold(0, add);
    match (costs, calls) {
        (Some(_), Some(_)) => Ok(()),
        _ => Err("the costs or calls of a tree add up to more than 64 bits hold".into()),
    }
}
