//! Members of an old site brought in, and what the server is like with so many.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::instance::{self, Instance};
use crate::machine::{self, Moment};
use crate::processes::{self, Memory};
use crate::{Failure, Options, members};

/// An import.
pub struct Imported {
    pub seconds: f64,
    pub memory: Memory,
    /// Processor time, in seconds.
    pub command: f64,
    pub postgres: f64,
    pub foreign: f64,
}

/// A new installation with so many members. Creating the database is not in the time.
pub fn members(options: &Options, folder: &Path) -> Result<(Instance, Imported), Failure> {
    let instance = Instance::new(&options.program, folder.join("imported"), &options.settings)?;
    let file = instance.folder.join("members.csv");
    members::write(&file, options.members)?;
    instance.run(&["migrate"])?;
    machine::wait_for_quiet(None, None, options.patience);
    let imported = run(&instance, &file, options.members)?;
    std::fs::remove_file(file)?;
    Ok((instance, imported))
}

fn run(instance: &Instance, file: &Path, count: usize) -> Result<Imported, Failure> {
    let before = Moment::now(None, None);
    let start = Instant::now();
    let mut command = instance.command(&["import", "members", "--json"])?;
    let mut child = command.arg(file).stdout(Stdio::piped()).spawn()?;
    let pid = child.id();
    let (mut memory, mut own, mut postgres) = (Memory::default(), 0.0_f64, 0.0_f64);
    let (status, seconds) = loop {
        // Once it has ended there is nothing more to read, and the last figures hold.
        let postmaster = instance::postmaster(&instance.folder);
        memory = memory.highest(Memory::now(pid, postmaster));
        own = own.max(processes::seconds(pid));
        postgres = postgres.max(postmaster.map(processes::seconds_of_family).unwrap_or_default());
        if let Some(status) = child.try_wait()? {
            break (status, start.elapsed().as_secs_f64());
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    let mut after = Moment::now(None, None);
    (after.server, after.postgres) = (own, postgres);
    let printed = child.wait_with_output()?.stdout;
    let report: serde_json::Value = serde_json::from_slice(&printed).unwrap_or_default();
    if !status.success() || report["imported"].as_u64() != u64::try_from(count).ok() {
        return Err(format!("import: {status}: {report}; see {}", instance.log().display()).into());
    }
    Ok(Imported { seconds, memory, command: own, postgres, foreign: before.foreign(&after) })
}
