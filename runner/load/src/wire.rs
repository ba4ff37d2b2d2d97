use crate::checker::Checker;
use crate::error::LoadError;
use crate::http::Exchange;
use crate::pattern::Pattern;
use crate::plan::Plan;

/// What goes over a connection: the bytes of its requests, and what its replies have to be.
pub(crate) enum Wire {
    /// A reply is its request.
    Echo { pattern: Pattern, checker: Checker, number: u32, bytes: u64 },
    /// Requests of HTTP.
    Http(Exchange),
}

impl Wire {
    pub(crate) fn new(number: u32, plan: &Plan) -> Self {
        match plan.http {
            Some(asking) => Self::Http(Exchange::new(asking, number, plan.connections, plan.seed)),
            None => {
                let pattern = Pattern::new(plan.seed);
                let checker = Checker::new(pattern, number, plan.connections, plan.bytes);
                Self::Echo { pattern, checker, number, bytes: plan.bytes.into() }
            }
        }
    }

    /// Writes the bytes of the requests from a position on.
    pub(crate) fn fill(&self, position: u64, bytes: &mut [u8]) {
        match self {
            Self::Echo { pattern, number, .. } => pattern.fill(*number, position, bytes),
            Self::Http(exchange) => exchange.fill(position, bytes),
        }
    }

    /// Takes the bytes that came next, when so many bytes have been sent.
    pub(crate) fn read(&mut self, found: &[u8], sent: u64) {
        match self {
            Self::Echo { checker, .. } => checker.read(found, sent),
            Self::Http(exchange) => exchange.read(found, sent),
        }
    }

    /// How many replies are whole, and right.
    pub(crate) fn complete(&self) -> u64 {
        match self {
            Self::Echo { checker, bytes, .. } => checker.position() / bytes,
            Self::Http(exchange) => exchange.answered(),
        }
    }

    /// How many right bytes have come.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Echo { checker, .. } => checker.position(),
            Self::Http(exchange) => exchange.position(),
        }
    }

    /// Whether something wrong has come.
    pub(crate) fn has_found(&self) -> bool {
        match self {
            Self::Echo { checker, .. } => checker.has_found(),
            Self::Http(exchange) => exchange.wrong().is_some(),
        }
    }

    /// What is wrong, once that can be told. `over` says that no more bytes will come.
    pub(crate) fn verdict(&self, sent: u64, over: bool) -> Option<LoadError> {
        match self {
            Self::Echo { checker, .. } => checker.verdict(sent, over).map(LoadError::from),
            Self::Http(exchange) => exchange.wrong().cloned(),
        }
    }
}
