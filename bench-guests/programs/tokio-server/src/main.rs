//! An echo server over stock tokio, for `pollbench live echo --guest tokio=tokio-server.wasm`:
//! `tokio-server ADDRESS`.

use std::error::Error;
use std::io;
use std::mem::ManuallyDrop;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, FromRawFd};

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("name the address to listen at")?;
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
                tokio::spawn(echo(asynchronous(stream)?));
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
