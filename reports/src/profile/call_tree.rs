use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A function of the guest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// Its name, demangled; `function 12` where the component has no name for it.
    pub name: String,
    /// The core module it is in, counted from 0 in the order of the component's bytes.
    pub module: u32,
    /// Its index in that module, imported functions included.
    pub index: u32,
}

/// What the guest did, by who called whom: each node is a function as it was called from
/// the path above it. This is the calling context tree of Ammons, Ball and Larus (PLDI 1997),
/// in which a recursive call is a node of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallTree {
    /// The nodes, each after its parent. Those without a parent were called by the host.
    pub nodes: Vec<CallNode>,
}

/// A function in its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallNode {
    /// The node of the caller, as a position in [`CallTree::nodes`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// The function, as a position in the profile's list.
    pub function: u32,
    /// How often it was called from there. 0 where calls were not counted.
    pub calls: u64,
    /// The cost of its own code there, without that of the functions it calls: in units of
    /// fuel, or in samples.
    pub own: u64,
}

impl CallTree {
    /// The cost of everything.
    pub fn total(&self) -> u64 {
        self.nodes.iter().map(|node| node.own).sum()
    }

    /// The cost of each node together with what it calls, in the order of the nodes.
    pub fn inclusive(&self) -> Vec<u64> {
        let mut costs: Vec<u64> = self.nodes.iter().map(|node| node.own).collect();
        for position in (0..self.nodes.len()).rev() {
            if let Some(parent) = self.nodes[position].parent {
                costs[parent as usize] += costs[position];
            }
        }
        costs
    }

    /// The cost of each function's own code, wherever it was called from: by the function's
    /// position, for so many functions.
    pub fn own_by_function(&self, functions: usize) -> Vec<u64> {
        let mut costs = vec![0; functions];
        for node in &self.nodes {
            costs[node.function as usize] += node.own;
        }
        costs
    }
}
