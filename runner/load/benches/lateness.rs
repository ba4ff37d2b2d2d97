//! How late the generator is, and what latency it sees, with an echo server of tokio.
//!
//! Generator and server are threads of this process, each on a processor of its own. Run with
//! `cargo bench -p pollbench-load --bench lateness`, and with `-- --shared` to have both on
//! whatever processor the system gives them. Where others work, too, run the program that it
//! names by `chrt --fifo 10`: runs are short and far between, so that they get what they ask for.

use std::net::SocketAddr;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use pollbench_load::{Arrivals, Load, Plan, pin_to, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;

const RATES: [f64; 3] = [1_000.0, 10_000.0, 50_000.0];
const CONNECTIONS: u32 = 100;
const BYTES: u32 = 64;
/// Runs at each rate. Their times are put together.
const RUNS: usize = 8;
const PAUSE: Duration = Duration::from_millis(500);
/// The processors of the generator and of the server.
const PROCESSORS: [usize; 2] = [0, 1];

fn main() {
    let is_shared = std::env::args().any(|it| it == "--shared");
    let (tell, told) = channel();
    thread::spawn(move || {
        if !is_shared {
            pin_to(PROCESSORS[1]).expect("a second processor");
        }
        serve(&tell);
    });
    if !is_shared {
        pin_to(PROCESSORS[0]).expect("a processor");
    }
    let address = told.recv().expect("the server listens");
    println!("microseconds     lateness                 latency                  service");
    println!(
        "requests/s     p50     p99   p99.9     p50     p99   p99.9     p50     p99  bottleneck"
    );
    for rate in RATES {
        let loads = (0..RUNS).map(|_| {
            thread::sleep(PAUSE);
            run(&plan(address, rate), |_| {}).expect("a sound server")
        });
        print(rate, &loads.reduce(together).expect("a run"));
    }
}

fn plan(address: SocketAddr, rate: f64) -> Plan {
    Plan {
        address,
        connections: CONNECTIONS,
        active: CONNECTIONS,
        rate,
        arrivals: Arrivals::Even,
        bytes: BYTES,
        longest_delay: Duration::ZERO,
        http: None,
        connect: Duration::from_secs(5),
        warm_up: Duration::from_millis(100),
        time: Duration::from_millis(500),
        grace: Duration::from_secs(5),
        seed: 1,
    }
}

fn together(mut all: Load, one: Load) -> Load {
    for (all, one) in [
        (&mut all.latency, one.latency),
        (&mut all.service, one.service),
        (&mut all.lateness, one.lateness),
    ] {
        all.histogram += one.histogram;
    }
    all
}

fn print(rate: f64, load: &Load) {
    print!("{rate:>10}");
    let mut times = vec![(&load.lateness, 0.5), (&load.lateness, 0.99), (&load.lateness, 0.999)];
    times.extend([(&load.latency, 0.5), (&load.latency, 0.99), (&load.latency, 0.999)]);
    times.extend([(&load.service, 0.5), (&load.service, 0.99)]);
    for (times, quantile) in times {
        print!("{:>8.2}", times.quantile(quantile) as f64 / 1e3);
    }
    println!("  {}", load.is_bottleneck());
}

fn serve(tell: &Sender<SocketAddr>) {
    let runtime = runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        tell.send(listener.local_addr().expect("its address")).expect("somebody waits");
        loop {
            let (stream, _) = listener.accept().await.expect("a client");
            tokio::spawn(echo(stream));
        }
    });
}

async fn echo(mut stream: TcpStream) {
    stream.set_nodelay(true).expect("an option");
    let mut buffer = [0; 4 << 10];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}
