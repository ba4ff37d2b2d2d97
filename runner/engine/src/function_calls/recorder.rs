use std::mem;

use hashbrown::HashMap;
use pollbench_reports::profile::{CallNode, CallTree, Function};
use pollbench_simulation::simulation::Edge;

use super::crossing::{AFTER_EXIT, BEFORE_ENTER, BEFORE_EXIT, Token, after_enter};

/// Attributes the fuel of the measured window to the functions of an instrumented component,
/// along the tree of calls. Amounts of fuel are in units, as burnt since the run began.
#[derive(Debug)]
pub struct Recorder {
    functions: Vec<Function>,
    /// Whether each function's fuel is burnt by code that is not instrumented.
    is_outside: Vec<bool>,
    /// The function that stands for all code that is not instrumented: the last.
    outside: u32,
    phase: Phase,
    stack: Vec<Frame>,
    nodes: Vec<CallNode>,
    children: HashMap<(Option<u32>, u32), u32>,
    /// The fuel at the last crossing, and how much of what follows is the instrumentation's.
    last: u64,
    due: u64,
    error: Option<RecordError>,
}

/// Where the run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Before the measured window opens: only the stack is kept.
    Before,
    Within,
    After,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug)]
struct Frame {
    function: u32,
    /// Its node, once the window is open.
    node: u32,
}

/// Why the calls of a guest can't be recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A function is left that is not the one that was entered last: the guest throws
    /// exceptions, or has several stacks.
    #[error(
        "the guest's calls do not nest: it left {left} while it was in {within}; a guest that throws exceptions or has several stacks can't be profiled exactly"
    )]
    Nesting {
        /// The function that was left.
        left: String,
        /// The function that was entered last.
        within: String,
    },
    /// Less fuel was burnt than the instrumentation itself burns.
    #[error(
        "the fuel between two calls does not cover what profiling burns: this version of the engine counts it in another way"
    )]
    Fuel,
    /// A component other than the instrumented one called the interface.
    #[error("the guest tells of function {0}, which it does not have")]
    Unknown(u32),
}

impl Recorder {
    /// A recorder for an instrumented component. `is_outside` says of each function whether
    /// its fuel is burnt by code that is not instrumented; the last function stands for that
    /// code.
    pub fn new(functions: Vec<Function>, is_outside: Vec<bool>) -> Self {
        let outside = functions.len() as u32 - 1;
        Self {
            functions,
            is_outside,
            outside,
            phase: Phase::Before,
            stack: Vec::new(),
            nodes: Vec::new(),
            children: HashMap::new(),
            last: 0,
            due: 0,
            error: None,
        }
    }

    /// Notes that a function is entered. `quiet` is the fuel that calls which could not be
    /// told have burnt for being instrumented.
    pub fn enter(&mut self, token: u32, quiet: u64, fuel: u64) -> Result<(), RecordError> {
        let entered = self.try_enter(Token(token), quiet, fuel);
        self.kept(entered)
    }

    /// Notes that a function is left, as [`Recorder::enter`] notes that it is entered.
    pub fn exit(&mut self, token: u32, quiet: u64, fuel: u64) -> Result<(), RecordError> {
        let left = self.try_exit(Token(token), quiet, fuel);
        self.kept(left)
    }

    /// Notes that the measured window opens or closes.
    pub fn at_edge(&mut self, edge: Edge, fuel: u64) -> Result<(), RecordError> {
        let noted = match edge {
            Edge::Opens => {
                self.open(fuel);
                Ok(())
            }
            Edge::Closes => {
                let settled = self.settle(0, fuel);
                self.phase = Phase::After;
                settled
            }
        };
        self.kept(noted)
    }

    /// What was recorded: the functions that the tree speaks of, and the tree.
    pub fn finish(self) -> Result<(Vec<Function>, CallTree), RecordError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(only_used(self.functions, self.nodes)),
        }
    }

    /// What went wrong, if something did.
    pub fn error(&self) -> Option<&RecordError> {
        self.error.as_ref()
    }

    fn kept(&mut self, result: Result<(), RecordError>) -> Result<(), RecordError> {
        if let Err(error) = &result {
            self.error.get_or_insert_with(|| error.clone());
        }
        result
    }

    fn try_enter(&mut self, token: Token, quiet: u64, fuel: u64) -> Result<(), RecordError> {
        let function = token.function();
        if function >= self.outside {
            return Err(RecordError::Unknown(function));
        }
        let mut node = 0;
        if self.phase == Phase::Within {
            self.settle(BEFORE_ENTER + quiet, fuel)?;
            self.due = after_enter(token);
            node = self.child(self.top(), function);
            self.nodes[node as usize].calls += 1;
        }
        self.stack.push(Frame { function, node });
        Ok(())
    }

    fn try_exit(&mut self, token: Token, quiet: u64, fuel: u64) -> Result<(), RecordError> {
        let function = token.function();
        if self.stack.last().map(|frame| frame.function) != Some(function) {
            let name = |function: u32| {
                let function = self.functions.get(function as usize);
                function.map_or("an unknown function".into(), |it| format!("`{}`", it.name))
            };
            let within = self.stack.last().map_or("none".into(), |frame| name(frame.function));
            return Err(RecordError::Nesting { left: name(function), within });
        }
        if self.phase == Phase::Within {
            self.settle(BEFORE_EXIT + quiet, fuel)?;
            self.due = AFTER_EXIT;
        }
        self.stack.pop();
        Ok(())
    }

    /// Starts the tree with the calls that are under way. What the instrumentation burns
    /// after the last crossing has been burnt by now.
    fn open(&mut self, fuel: u64) {
        self.phase = Phase::Within;
        let mut parent = None;
        for place in 0..self.stack.len() {
            let node = self.child(parent, self.stack[place].function);
            self.stack[place].node = node;
            parent = Some(node);
        }
        (self.last, self.due) = (fuel, 0);
    }

    /// Attributes what was burnt since the last crossing, without what profiling burns.
    fn settle(&mut self, overhead: u64, fuel: u64) -> Result<(), RecordError> {
        let burnt = fuel - mem::replace(&mut self.last, fuel);
        let overhead = mem::take(&mut self.due) + overhead;
        let own = burnt.checked_sub(overhead).ok_or(RecordError::Fuel)?;
        if own > 0 {
            let node = self.burning();
            self.nodes[node as usize].own += own;
        }
        Ok(())
    }

    /// The node of the code that runs.
    fn burning(&mut self) -> u32 {
        match self.stack.last() {
            Some(frame) if !self.is_outside[frame.function as usize] => frame.node,
            _ => self.child(self.top(), self.outside),
        }
    }

    fn top(&self) -> Option<u32> {
        self.stack.last().map(|frame| frame.node)
    }

    fn child(&mut self, parent: Option<u32>, function: u32) -> u32 {
        let nodes = &mut self.nodes;
        *self.children.entry((parent, function)).or_insert_with(|| {
            nodes.push(CallNode { parent, function, calls: 0, own: 0 });
            nodes.len() as u32 - 1
        })
    }
}

/// The functions that nodes name, in their order, and the tree with positions among these.
fn only_used(functions: Vec<Function>, mut nodes: Vec<CallNode>) -> (Vec<Function>, CallTree) {
    let mut place = vec![None; functions.len()];
    nodes.iter().for_each(|node| place[node.function as usize] = Some(0));
    let mut used = Vec::new();
    for (function, place) in functions.into_iter().zip(&mut place) {
        if place.is_some() {
            *place = Some(used.len() as u32);
            used.push(function);
        }
    }
    for node in &mut nodes {
        node.function = place[node.function as usize].expect("it was marked above");
    }
    (used, CallTree { nodes })
}

#[cfg(test)]
mod tests;
