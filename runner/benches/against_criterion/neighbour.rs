use std::env;
use std::hint::spin_loop;
use std::process::{Child, Command};

/// Processes that do nothing but keep a processor busy, until this is dropped.
pub struct Neighbours(Vec<Child>);

impl Neighbours {
    pub fn start(count: u32) -> Self {
        let program = env::current_exe().expect("this program's file");
        let start = |_| Command::new(&program).args(["--part", "neighbour"]).spawn();
        Self((0..count).map(start).collect::<Result<_, _>>().expect("a process"))
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub fn spin() -> ! {
    loop {
        spin_loop();
    }
}
