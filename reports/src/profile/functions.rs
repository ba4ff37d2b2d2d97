//! What each function costs, wherever it was called from.

use super::CallTree;

/// A function's part of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunctionCost {
    /// Its position in the profile's list.
    pub function: usize,
    /// The cost of its own code, in units of the tree.
    pub own: u64,
    /// The cost of its own code and of what it called, directly or not. What happened below
    /// two calls of it, one inside the other, counts once.
    pub inclusive: u64,
    /// How often it was called; 0 where calls were not counted.
    pub calls: u64,
}

/// The functions that are in a tree, the greatest own cost first; of `functions` in all.
pub fn by_function(tree: &CallTree, functions: usize) -> Vec<FunctionCost> {
    let costs = (0..functions).map(|function| FunctionCost { function, ..Default::default() });
    let mut costs: Vec<FunctionCost> = costs.collect();
    let mut occurs = vec![false; functions];
    for node in &tree.nodes {
        let cost = &mut costs[node.function as usize];
        cost.own += node.own;
        cost.calls += node.calls;
        occurs[node.function as usize] = true;
    }
    for (position, inclusive) in outermost(tree, functions) {
        costs[tree.nodes[position].function as usize].inclusive += inclusive;
    }
    costs.retain(|it| occurs[it.function]);
    costs.sort_by_key(|it| (std::cmp::Reverse((it.own, it.inclusive)), it.function));
    costs
}

/// The nodes whose function is not on the path above them, with their inclusive costs.
fn outermost(tree: &CallTree, functions: usize) -> Vec<(usize, u64)> {
    let inclusive = tree.inclusive();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); tree.nodes.len()];
    let mut pending = Vec::new();
    for (position, node) in tree.nodes.iter().enumerate() {
        match node.parent {
            Some(parent) => children[parent as usize].push(position),
            None => pending.push(Visit::Enter(position)),
        }
    }
    let mut on_path = vec![0_u32; functions];
    let mut outermost = Vec::new();
    while let Some(visit) = pending.pop() {
        match visit {
            Visit::Leave(position) => on_path[tree.nodes[position].function as usize] -= 1,
            Visit::Enter(position) => {
                let depth = &mut on_path[tree.nodes[position].function as usize];
                if *depth == 0 {
                    outermost.push((position, inclusive[position]));
                }
                *depth += 1;
                pending.push(Visit::Leave(position));
                pending.extend(children[position].iter().map(|it| Visit::Enter(*it)));
            }
        }
    }
    outermost
}

enum Visit {
    Enter(usize),
    Leave(usize),
}

#[cfg(test)]
mod tests {
    use super::super::CallNode;
    use super::*;

    #[test]
    fn what_happened_below_a_recursive_call_counts_once() {
        let node = |parent, function, own| CallNode { parent, function, calls: 1, own };
        let tree = CallTree {
            nodes: vec![
                node(None, 0, 1),
                node(Some(0), 1, 10),
                node(Some(1), 0, 100),
                node(Some(2), 1, 1_000),
                node(None, 1, 5),
            ],
        };
        let costs = by_function(&tree, 3);
        let of = |function, own, inclusive, calls| FunctionCost { function, own, inclusive, calls };
        assert_eq!(costs, [of(1, 1_015, 1_115, 3), of(0, 101, 1_111, 2)]);
    }

    #[test]
    fn a_deep_recursion_takes_no_stack_and_no_square_of_time() {
        let node = |it: u32| CallNode { parent: it.checked_sub(1), function: 0, calls: 1, own: 1 };
        let tree = CallTree { nodes: (0..300_000).map(node).collect() };
        let [cost] = by_function(&tree, 1)[..] else { panic!("one function") };
        assert_eq!((cost.own, cost.inclusive), (300_000, 300_000));
    }
}
