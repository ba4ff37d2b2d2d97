use hashbrown::HashMap;
use wasmtime::{FrameInfo, WasmBacktrace};

/// The stacks that were seen, as a tree of the functions that called each other.
#[derive(Clone, Debug, Default)]
pub struct StackSamples {
    /// The nodes, each after its parent.
    pub nodes: Vec<SampledNode>,
    children: HashMap<(Option<u32>, CodePlace), u32>,
}

/// A function in its place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampledNode {
    /// The node of the caller.
    pub parent: Option<u32>,
    /// The index of the function in its core module.
    pub function: u32,
    /// Where the function's code begins, in bytes from the component's beginning.
    pub begins: usize,
    /// How often this function was seen here as the one that ran.
    pub samples: u64,
}

/// A function of a component: its index in its module, and where its code begins.
type CodePlace = (u32, usize);

impl StackSamples {
    /// Adds a stack, once. A function that is only just entered has not run yet: it was the
    /// caller that did until then.
    pub fn add(&mut self, stack: &WasmBacktrace) {
        let mut parent = None;
        let frames = match stack.frames() {
            [entered, callers @ ..] if entered.func_offset() == Some(0) && !callers.is_empty() => {
                callers
            }
            frames => frames,
        };
        for frame in frames.iter().rev() {
            parent = Some(self.node(parent, place(frame)));
        }
        if let Some(last) = parent {
            self.nodes[last as usize].samples += 1;
        }
    }

    /// Adds the samples of another run.
    pub fn merge(&mut self, other: &Self) {
        let mut places: Vec<u32> = Vec::with_capacity(other.nodes.len());
        for node in &other.nodes {
            let parent = node.parent.map(|it| places[it as usize]);
            let place = self.node(parent, (node.function, node.begins));
            self.nodes[place as usize].samples += node.samples;
            places.push(place);
        }
    }

    /// How many stacks were seen.
    pub fn total(&self) -> u64 {
        self.nodes.iter().map(|it| it.samples).sum()
    }

    fn node(&mut self, parent: Option<u32>, (function, begins): CodePlace) -> u32 {
        let Self { nodes, children } = self;
        *children.entry((parent, (function, begins))).or_insert_with(|| {
            nodes.push(SampledNode { parent, function, begins, samples: 0 });
            nodes.len() as u32 - 1
        })
    }
}

fn place(frame: &FrameInfo) -> CodePlace {
    let begins = frame.module_offset().zip(frame.func_offset());
    let begins = begins.map_or(0, |(code, offset)| code - offset);
    (frame.func_index(), begins)
}
