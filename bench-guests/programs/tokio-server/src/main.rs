//! A server over stock tokio, for `pollbench live echo --guest tokio=tokio-server.wasm`:
//! `tokio-server ADDRESS`, and `tokio-server ADDRESS timers NANOSECONDS BYTES` for `live timers`.

use std::error::Error;
use std::io;
use std::mem::ManuallyDrop;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, FromRawFd};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, timers) = match arguments.as_slice() {
        [address] => (address, None),
        [address, _, longest, bytes] => (address, Some((longest.parse()?, bytes.parse()?))),
        _ => return Err("expected ADDRESS, or ADDRESS timers NANOSECONDS BYTES".into()),
    };
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    // `accept` of mio 1.2.5 fails here with EINVAL, and that of the standard library does not.
    // So tokio only waits for the listener, which it takes for a stream.
    // SAFETY: the descriptor is open as long as the listener is, and is never closed by this.
    let stream = unsafe { std::net::TcpStream::from_raw_fd(listener.as_raw_fd()) };
    let readiness = ManuallyDrop::new(TcpStream::from_std(stream)?);
    loop {
        readiness.readable().await?;
        match readiness.try_io(Interest::READABLE, || listener.accept()) {
            Ok((stream, _)) => {
                let stream = asynchronous(stream)?;
                match timers {
                    None => tokio::spawn(echo(stream)),
                    Some((longest, bytes)) => tokio::spawn(wait_and_echo(stream, longest, bytes)),
                };
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn asynchronous(stream: std::net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}

async fn echo(mut stream: TcpStream) {
    let mut bytes = [0; 4_096];
    while let Ok(length @ 1..) = stream.read(&mut bytes).await {
        if stream.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

/// Answers each request after a share of the longest time, which its first two bytes are.
async fn wait_and_echo(mut stream: TcpStream, longest: u64, bytes: usize) {
    let mut request = vec![0; bytes.max(2)];
    while stream.read_exact(&mut request).await.is_ok() {
        let share = u16::from_be_bytes([request[0], request[1]]);
        let wait = (u128::from(share) * u128::from(longest)) >> 16;
        tokio::time::sleep(Duration::from_nanos(wait as u64)).await;
        if stream.write_all(&request).await.is_err() {
            return;
        }
    }
}
