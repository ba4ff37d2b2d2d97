//! An echo server on loopback with so many connections, some of which are active, over stock
//! tokio: `tokio-echo CONNECTIONS ACTIVE ROUNDS`. At the end it prints how often it has called
//! `poll`, and with how many handles: what an observer has to have seen.

mod counting;

use std::error::Error;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|it| it.parse::<usize>());
    let mut number = || numbers.next().ok_or("CONNECTIONS ACTIVE ROUNDS")?.map_err(|it| it.to_string());
    let (connections, active, rounds) = (number()?, number()?, number()?);
    // `accept` of mio 1.2.5 fails here, so the connections are made with the standard library.
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(asynchronous(TcpStream::connect(address)?)?);
        tokio::spawn(echo(asynchronous(listener.accept()?.0)?));
    }
    for round in 0..rounds {
        for client in &mut clients[..active] {
            client.write_all(&(round as u64).to_le_bytes()).await?;
        }
        for client in &mut clients[..active] {
            let mut echo = [0; 8];
            timeout(Duration::from_secs(10), client.read_exact(&mut echo)).await??;
            if u64::from_le_bytes(echo) != round as u64 {
                return Err("an echo is another than what was sent".into());
            }
        }
    }
    let (polls, handles) = counting::counted();
    println!("{polls} polls, {handles} handles");
    Ok(())
}

fn asynchronous(stream: TcpStream) -> io::Result<tokio::net::TcpStream> {
    stream.set_nonblocking(true)?;
    tokio::net::TcpStream::from_std(stream)
}

async fn echo(mut stream: tokio::net::TcpStream) {
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut bytes).await {
        if stream.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
