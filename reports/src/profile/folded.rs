//! Folded stacks: a line for each path of calls that has a cost of its own, as flame graphs
//! are made of (Gregg, *The Flame Graph*, CACM 59(6), 2016).

use std::collections::BTreeMap;

use super::CallTree;

/// Costs by path: frames from the outside in, joined by `;`.
pub(super) type Folded = BTreeMap<String, u64>;

/// How deep a stack is drawn. What lies deeper counts for the last frame that is drawn.
const DEEPEST: usize = 120;

/// The paths of a tree, each under the frame `below` if there is one. `cost` turns the cost of
/// a path into whole numbers of another unit.
pub(super) fn fold(
    tree: &CallTree,
    labels: &[String],
    below: Option<&str>,
    cost: impl Fn(u64) -> u64,
) -> Folded {
    let mut folded = Folded::new();
    for (position, own) in own_costs(tree).into_iter().enumerate() {
        let cost = cost(own);
        if cost > 0 {
            let mut names = path(tree, position, labels);
            names.extend(below);
            names.reverse();
            *folded.entry(names.join(";")).or_default() += cost;
        }
    }
    folded
}

/// What each node has of its own, and for those as deep as is drawn, what lies below them.
fn own_costs(tree: &CallTree) -> Vec<u64> {
    let mut depths: Vec<usize> = Vec::with_capacity(tree.nodes.len());
    // The node that counts for each: itself, or the deepest above it that is drawn.
    let mut drawn: Vec<usize> = Vec::with_capacity(tree.nodes.len());
    let mut costs = vec![0; tree.nodes.len()];
    for (position, node) in tree.nodes.iter().enumerate() {
        let parent = node.parent.map(|it| it as usize);
        let depth = parent.map_or(1, |it| depths[it] + 1);
        let node_drawn =
            if depth > DEEPEST { parent.map_or(position, |it| drawn[it]) } else { position };
        depths.push(depth);
        drawn.push(node_drawn);
        costs[node_drawn] += node.own;
    }
    costs
}

/// The labels on the path to a node, the innermost first.
fn path<'a>(tree: &CallTree, position: usize, labels: &'a [String]) -> Vec<&'a str> {
    let above = |node: &usize| tree.nodes[*node].parent.map(|it| it as usize);
    let nodes = std::iter::successors(Some(position), above);
    nodes.map(|it| labels[tree.nodes[it].function as usize].as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::CallNode;
    use super::*;

    fn node(parent: Option<u32>, function: u32, own: u64) -> CallNode {
        CallNode { parent, function, calls: 1, own }
    }

    #[test]
    fn paths_with_costs_are_lines() {
        let nodes =
            vec![node(None, 0, 0), node(Some(0), 1, 4), node(None, 0, 1), node(Some(2), 1, 2)];
        let labels = ["run".to_owned(), "poll".to_owned()];
        let folded = fold(&CallTree { nodes }, &labels, Some("guest"), |it| it * 10);
        let expected = [("guest;run", 10), ("guest;run;poll", 60)];
        assert_eq!(folded, expected.map(|(path, cost)| (path.to_owned(), cost)).into());
    }

    #[test]
    fn a_deep_recursion_is_cut_and_nothing_is_lost() {
        let nodes = (0..200_000).map(|it: u32| node(it.checked_sub(1), 0, 1)).collect();
        let folded = fold(&CallTree { nodes }, &["f".to_owned()], None, |it| it);
        assert_eq!(folded.len(), DEEPEST);
        assert_eq!(folded.values().sum::<u64>(), 200_000);
    }
}
