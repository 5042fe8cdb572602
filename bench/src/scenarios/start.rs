//! How long from the command to the answer «ready», and the memory of a server that does nothing.

use std::time::Duration;

use crate::instance::Instance;
use crate::processes::Memory;
use crate::{Failure, Options, machine};

/// Times of starts in milliseconds: each creates its own PostgreSQL, its database and its keys.
pub fn fresh(options: &Options, folder: &std::path::Path) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for number in 0..options.starts {
        let mut instance = Instance::new(&options.program, folder.join(format!("fresh-{number}")), &options.settings)?;
        machine::wait_for_quiet(None, None, options.patience);
        times.push(instance.start()?.as_secs_f64() * 1000.0);
        instance.stop()?;
        std::fs::remove_dir_all(&instance.folder)?;
    }
    Ok(times)
}

/// Times of starts in milliseconds on what is there already. The server runs afterwards.
pub fn again(options: &Options, instance: &mut Instance) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for _ in 0..options.starts {
        instance.stop()?;
        machine::wait_for_quiet(None, None, options.patience);
        times.push(instance.start()?.as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// Memory when nobody asks anything: the highest of several looks, one a second.
pub fn idle(options: &Options, instance: &Instance) -> Result<Memory, Failure> {
    let server = instance.pid().ok_or("the server does not run")?;
    std::thread::sleep(Duration::from_secs(options.settle));
    let mut highest = Memory::default();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_secs(1));
        highest = highest.highest(Memory::now(server, instance.postmaster()));
    }
    Ok(highest)
}
