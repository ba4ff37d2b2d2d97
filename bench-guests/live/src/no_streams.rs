use pollbench_executor::{Handle, StreamHandle, StreamHost};

/// The streams of a driver whose steps have none for the executor to read.
#[derive(Clone)]
pub struct NoStreams;

impl StreamHost for NoStreams {
    fn subscribe(&self, stream: StreamHandle) -> Handle {
        unreachable!("{stream:?} was never in a step")
    }

    fn read(&self, stream: StreamHandle) -> Option<u64> {
        unreachable!("{stream:?} was never in a step")
    }

    fn drop(&self, stream: StreamHandle) {
        unreachable!("{stream:?} was never in a step")
    }
}
