use futures::future::join;
use pollbench_live_orders::Timers;
use wasip3::clocks::monotonic_clock::wait_for;
use wasip3::sockets::types::TcpSocket;
use wasip3::wit_bindgen::{StreamReader, StreamResult, StreamWriter};
use wasip3::wit_stream;

/// How many bytes are read at once. Each connection has a buffer of its own, which stays.
const MOST_BYTES: usize = 16_384;

/// Sends back every byte of a connection, until either side has had enough. With timers, a
/// request is answered when its own has ended.
pub async fn echo(connection: TcpSocket, timers: Option<Timers>) {
    let (input, _ended) = connection.receive();
    let (output, sent) = wit_stream::new();
    let sending = connection.send(sent);
    let answer = async {
        match timers {
            None => copy(input, output).await,
            Some(timers) => answer(input, output, timers).await,
        }
    };
    // A connection that breaks is at its end, too.
    let _ = join(answer, sending.into_future()).await;
}

async fn copy(mut input: StreamReader<u8>, mut output: StreamWriter<u8>) {
    let mut buffer = Vec::with_capacity(MOST_BYTES);
    loop {
        let (result, bytes) = input.read(buffer).await;
        if !matches!(result, StreamResult::Complete(_)) {
            return;
        }
        buffer = output.write_all(bytes).await;
        // What comes back was not taken.
        if !buffer.is_empty() {
            return;
        }
    }
}

async fn answer(mut input: StreamReader<u8>, mut output: StreamWriter<u8>, timers: Timers) {
    let mut request = Vec::with_capacity(timers.bytes.get());
    loop {
        // It reads no more than there is room for: the rest of one request.
        let result;
        (result, request) = input.read(request).await;
        if !matches!(result, StreamResult::Complete(_)) {
            return;
        }
        if request.len() < timers.bytes.get() {
            continue;
        }
        wait_for(timers.of(&request)).await;
        request = output.write_all(request).await;
        if !request.is_empty() {
            return;
        }
    }
}
