use std::collections::HashMap;
use std::ops::Range;

use pollbench_reports::profile::{CallNode, CallTree, Function};
use wasmparser::{Parser, Payload};

use super::instrument::Shape;
use crate::engine::{SampledNode, StackSamples};

/// The tree of some samples of a component, with the functions by their names. Functions that are
/// not in the list are added to it.
///
/// # Errors
///
/// If the component can't be parsed, in words.
pub fn sampled_tree(
    samples: &StackSamples,
    component: &[u8],
    functions: &mut Vec<Function>,
) -> Result<CallTree, String> {
    let modules = modules(component).map_err(|error| error.to_string())?;
    // The same function is in many stacks.
    let mut known = HashMap::new();
    let mut function = |SampledNode { function, begins, .. }: &SampledNode| {
        let name = || position(functions, named(&modules, *function, *begins));
        *known.entry((*function, *begins)).or_insert_with(name)
    };
    let node = |node: &SampledNode| CallNode {
        parent: node.parent,
        function: function(node),
        calls: 0,
        own: node.samples,
    };
    Ok(CallTree { nodes: samples.nodes.iter().map(node).collect() })
}

/// The core modules of a component, nested ones included, by where they are.
fn modules(component: &[u8]) -> wasmparser::Result<Vec<(Range<usize>, Shape)>> {
    let mut modules = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::ModuleSection { unchecked_range, .. } = payload? {
            let shape = Shape::of(&component[unchecked_range.clone()])?;
            modules.push((unchecked_range, shape));
        }
    }
    Ok(modules)
}

fn named(modules: &[(Range<usize>, Shape)], index: u32, begins: usize) -> Function {
    let place = modules.iter().position(|(range, _)| range.contains(&begins));
    let name = match place {
        Some(place) => modules[place].1.name(index),
        None => format!("function {index}"),
    };
    Function { name, module: place.unwrap_or(modules.len()) as u32, index }
}

/// The position of a function in the list, to which it is added if it is new.
fn position(functions: &mut Vec<Function>, function: Function) -> u32 {
    let known = functions.iter().position(|it| *it == function);
    known.unwrap_or_else(|| {
        functions.push(function);
        functions.len() - 1
    }) as u32
}
