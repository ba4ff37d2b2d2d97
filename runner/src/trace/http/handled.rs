use std::sync::{Arc, OnceLock};

use hdrhistogram::Histogram;
use pollbench_reports::trace::{Served, Spread};
use tokio::sync::oneshot::Sender;

use crate::command::{Answer, Response, trapped};

/// What became of the requests so far.
pub struct Handled {
    served: Served,
    took: Histogram<u64>,
}

/// What became of a request.
pub struct One {
    /// How long the component's function took, in nanoseconds.
    pub took: u64,
    /// Pollables that were not dropped before the instance ended.
    pub left: u64,
    /// The status of its answer, or why it has failed.
    pub outcome: Result<u16, String>,
}

impl Default for Handled {
    fn default() -> Self {
        let took = Histogram::new(3).expect("three digits can be kept");
        Self { served: Served::default(), took }
    }
}

impl Handled {
    /// Adds a request.
    pub fn add(&mut self, one: One) {
        let Self { served, took } = self;
        served.requests += 1;
        served.pollables_left += one.left;
        let recorded = took.record(one.took);
        debug_assert!(recorded.is_ok(), "there is room for every number");
        match one.outcome {
            Ok(status) => *served.answers.entry(status).or_default() += 1,
            Err(why) => {
                served.failed += 1;
                served.failure.get_or_insert(why);
            }
        }
    }

    /// What the record says of them.
    pub fn served(self) -> Served {
        let took = (!self.took.is_empty()).then(|| Spread::of(&self.took));
        Served { took, ..self.served }
    }
}

/// What a component has answered to a request: a status, or an error.
#[derive(Default)]
pub struct Answered(Arc<OnceLock<Result<u16, String>>>);

impl Answered {
    /// What passes the answer on, and notes it.
    pub fn noted(&self, to: Sender<Option<Response>>) -> impl FnOnce(Answer) + use<> {
        let noted = self.0.clone();
        move |answer| {
            let outcome = match &answer {
                Ok(response) => Ok(response.status().as_u16()),
                Err(code) => Err(format!("it answered with the error {code:?}")),
            };
            // A component can answer once only, and the client may be gone.
            let _ = noted.set(outcome);
            let _ = to.send(answer.ok());
        }
    }

    /// What became of the request, once the component's function has returned.
    pub fn outcome(self, returned: wasmtime::Result<()>) -> Result<u16, String> {
        returned.map_err(|error| trapped(&error))?;
        let answered = self.0.get().cloned();
        answered.unwrap_or_else(|| Err("it has returned without an answer".into()))
    }
}
