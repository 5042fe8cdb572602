//! Measures Loquet from outside: see `README.md`.

mod http;
mod instance;
mod latency;
mod load;
mod machine;
mod members;
mod person;
mod processes;
mod report;
mod scenarios;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use serde_json::json;

use instance::{Instance, Workplace};
use person::Service;
use report::{Aim, Report, megabytes, worst};
use scenarios::tokens::{Operation, Tokens};
use scenarios::scale::{self, Size};
use scenarios::{import, sign_in, single_use, start, statements};

/// Anything that ends a run.
pub type Failure = Box<dyn std::error::Error>;

const USAGE: &str = "usage: loquet-bench [--quick] [--only PART[,PART]] [--set KEY=VALUE]… [--sql STATEMENT]… [--label TEXT] [--patience SECONDS] [--scale ORGANIZATIONS,PEOPLE,SERVICES] [--deed TEXT] [--keep] PROGRAM
  PROGRAM      the loquet to measure
  --quick      about a minute instead of a quarter of an hour; the figures are rougher
  --only       start, sign-in, tokens, crowd, statements, import; and single-use and scale, which are not part of the whole
  --set        a setting of Loquet, as in its settings file: --set database.pool=4 --set log.filter='\"warn\"'
  --sql        a statement for the new database: --sql 'ALTER SYSTEM SET commit_delay = 100'
  --label      what to call this run in its JSON file
  --patience   how long to wait for others to leave the machine alone before each measurement
  --scale      how large the large host of «scale» is (10000,100000,1000); the small one has a thousandth
  --deed       of `scale`, only what has this in its name
  --keep       leave the folder of the run";

/// How much of everything.
pub struct Options {
    pub program: PathBuf,
    pub settings: Vec<(String, String)>,
    /// Statements for the new database.
    sql: Vec<String>,
    pub quick: bool,
    only: Vec<String>,
    label: String,
    keep: bool,
    /// How long to wait for others to leave the machine alone, and how often to try again.
    pub patience: Duration,
    pub tries: usize,
    /// Repetitions.
    pub repetitions: usize,
    pub starts: usize,
    /// Seconds before an idle server is looked at.
    pub settle: u64,
    /// The time of one repetition, and of one with passwords.
    pub short: Duration,
    pub long: Duration,
    /// And the longest of one that ends by itself.
    pub longest: Duration,
    /// Of the measurement of bcrypt.
    pub calibration: Duration,
    /// bcrypt cost.
    pub cost: u32,
    /// Accounts that sign in; browsers that sign in at once.
    pub accounts: usize,
    pub browsers: usize,
    /// Connections of the services; codes in one repetition.
    pub connections: usize,
    pub codes: usize,
    /// Connections of the crowd; codes that each of them exchanges.
    pub crowd: usize,
    pub rounds: usize,
    /// Members to import.
    pub members: usize,
    /// Codes that four try at once, and the longest time for all of them.
    pub single_use: usize,
    pub single_use_longest: Duration,
    /// The large host of the comparison.
    scale: Size,
    /// Only what has this in its name, of what grows with the host.
    pub deed: String,
}

impl Options {
    fn new(quick: bool) -> Self {
        let seconds = |quickly: u64, fully: u64| Duration::from_secs(if quick { quickly } else { fully });
        let count = |quickly: usize, fully: usize| if quick { quickly } else { fully };
        Self {
            program: PathBuf::new(),
            settings: Vec::new(),
            sql: Vec::new(),
            quick,
            only: Vec::new(),
            label: String::new(),
            keep: false,
            patience: seconds(0, 60),
            tries: count(1, 3),
            repetitions: count(1, 5),
            starts: count(1, 5),
            settle: if quick { 1 } else { 5 },
            short: seconds(2, 8),
            long: seconds(8, 20),
            longest: Duration::from_secs(120),
            calibration: seconds(2, 5),
            cost: 12,
            accounts: count(16, 100),
            browsers: 200,
            connections: 32,
            codes: count(3000, 12_000),
            crowd: 2000,
            rounds: count(2, 5),
            members: count(50_000, 1_000_000),
            single_use: count(2000, 100_000),
            single_use_longest: seconds(120, 1800),
            scale: Size { organizations: 10_000, people: 100_000, clients: 1000 },
            deed: String::new(),
        }
    }

    fn read() -> Result<Self, Failure> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let mut options = Self::new(arguments.iter().any(|argument| argument == "--quick"));
        let mut rest = arguments.into_iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value\n{USAGE}"));
            match argument.as_str() {
                "--quick" => {}
                "--keep" => options.keep = true,
                "--deed" => options.deed = value()?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--sql" => options.sql.push(value()?),
                "--label" => options.label = value()?,
                "--patience" => options.patience = Duration::from_secs(value()?.parse()?),
                "--scale" => {
                    let numbers: Vec<usize> = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
                    let [organizations, people, clients] = numbers[..] else { return Err("--scale needs three numbers".into()) };
                    options.scale = Size { organizations, people, clients };
                }
                "--set" => {
                    let setting = value()?;
                    let (key, value) = setting.split_once('=').ok_or("--set needs KEY=VALUE")?;
                    options.settings.push((key.to_owned(), value.to_owned()));
                }
                program if !program.starts_with('-') && options.program.as_os_str().is_empty() => {
                    options.program = std::fs::canonicalize(program)?;
                }
                _ => return Err(USAGE.into()),
            }
        }
        if options.program.as_os_str().is_empty() {
            return Err(USAGE.into());
        }
        if let Some((_, cost)) = options.settings.iter().find(|(key, _)| key == "passwords.cost") {
            options.cost = cost.parse()?;
        }
        Ok(options)
    }

    fn does(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

fn main() -> ExitCode {
    let outcome = Options::read().and_then(|options| {
        // One thread: it never wakes another one on the cores that it shares with the server.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        tokio::task::LocalSet::new().block_on(&runtime, run(&options))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Failure> {
    let begin = Instant::now();
    let workplace = Workplace::new(options.keep)?;
    let mut report = Report::default();
    report.put("date", json!(now()));
    report.put("label", json!(options.label));
    report.put("quick", json!(options.quick));
    report.put("settings", json!(options.settings));
    report.put("sql", json!(options.sql));
    report.put("machine", machine::facts(&workplace.path));
    report.put("commit", json!(commit(&options.program)));
    let outcome = everything(options, &workplace.path, &mut report).await;
    report.put("load_average_at_the_end", json!(std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()));
    report.put("seconds", json!(begin.elapsed().as_secs()));
    println!("\n{}", report.text());
    let file = write(&report)?;
    println!("{} s; written to {}", begin.elapsed().as_secs(), file.display());
    outcome
}

async fn everything(options: &Options, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    if options.only.iter().any(|only| only == "scale") {
        return growth(options, folder, report).await;
    }
    let mut instance = Instance::new(&options.program, folder.join("small"), &options.settings)?;
    report.put("loquet", json!(instance.run(&["--version"])?.trim()));
    if options.does("start") {
        say("start: fresh");
        report.add("start to ready, nothing there yet", start::fresh(options, folder)?, "ms", Aim::None, 0.0);
    }
    let file = instance.folder.join("members.csv");
    members::write(&file, options.accounts)?;
    instance.run(&["import", "members", &file.display().to_string()])?;
    let service = Service::register(&instance)?;
    instance.start()?;
    if !options.sql.is_empty() {
        for statement in &options.sql {
            instance.sql(statement)?;
        }
        start_anew(&mut instance)?;
    }
    report.put("postgresql", json!(instance.sql("SHOW server_version")?));
    if options.does("start") {
        say("start: on an existing database");
        report.add("start to ready, existing database", start::again(options, &mut instance)?, "ms", Aim::AtMost(1000.0), 0.0);
        say("idle");
        let idle = start::idle(options, &instance)?;
        report.add_memory("idle", &[idle], (Aim::AtMost(20.0), Aim::AtMost(70.0)), 0.0);
        report.put("idle", report::memory_json(&idle));
    }
    say("accounts: first sign-ins");
    let tokens = Tokens::new(service, sign_in::first(instance.address, options.accounts).await?);
    // Warms up, and makes the tokens that the probe uses.
    for operation in Operation::ALL {
        report_errors(&tokens.measure(&Options { codes: 500, short: Duration::from_secs(1), ..Options::new(true) }, &instance, operation).await?);
    }
    if options.only.iter().any(|only| only == "single-use") {
        once(options, &instance, &tokens, report).await?;
    }
    if options.does("tokens") {
        services(options, &instance, &tokens, report).await?;
    }
    // Memory that was taken once is not given back: each crowd meets a new server.
    if options.does("crowd") {
        for keep in [false, true] {
            start_anew(&mut instance)?;
            crowd(options, &instance, &tokens, keep, report).await?;
        }
    }
    if options.does("sign-in") {
        start_anew(&mut instance)?;
        sign_ins(options, &instance, &tokens, report).await?;
    }
    if options.does("statements") && !(options.quick && options.only.is_empty()) {
        say("statements");
        match statements::count(options, &mut instance, &tokens).await {
            Ok(counted) => {
                println!("\n{}", report::statements(&counted));
                report.put("statements", counted.iter().map(statements::Counted::to_json).collect());
            }
            Err(failure) => eprintln!("statements are not counted: {failure}"),
        }
    }
    instance.stop()?;
    drop(instance);
    if options.does("import") {
        members_import(options, folder, report).await?;
    }
    Ok(())
}

fn start_anew(instance: &mut Instance) -> Result<(), Failure> {
    instance.stop()?;
    instance.start().map(|_| ())
}

/// Rates of what services ask, each operation in each repetition.
async fn services(options: &Options, instance: &Instance, tokens: &Tokens, report: &mut Report) -> Result<(), Failure> {
    let mut all: Vec<Vec<load::Measured>> = Operation::ALL.iter().map(|_| Vec::new()).collect();
    for repetition in 1..=options.repetitions {
        say(&format!("services: {repetition} of {}", options.repetitions));
        for (operation, list) in Operation::ALL.into_iter().zip(&mut all) {
            let measured = tokens.measure(options, instance, operation).await?;
            report_errors(&measured);
            list.push(measured);
        }
    }
    for (operation, list) in Operation::ALL.into_iter().zip(&mut all) {
        let aim = match operation {
            Operation::Exchange => Aim::AtLeast(1500.0),
            Operation::Userinfo => Aim::AtLeast(2500.0),
            _ => Aim::None,
        };
        report.add(operation.name(), list.iter().map(load::Measured::rate).collect(), "a second", aim, worst(list));
        report.add_operation(operation.name(), list);
    }
    Ok(())
}

async fn crowd(options: &Options, instance: &Instance, tokens: &Tokens, keep: bool, report: &mut Report) -> Result<(), Failure> {
    let name = format!("{} exchanges at once, {} connections", options.crowd, if keep { "kept" } else { "new" });
    let mut list = Vec::new();
    for repetition in 1..=options.repetitions.min(3) {
        say(&format!("{name}: {repetition}"));
        let measured = tokens.crowd(options, instance, keep).await?;
        report_errors(&measured);
        list.push(measured);
    }
    let memory: Vec<_> = list.iter().map(|one| one.memory).collect();
    report.add_memory(&name, &memory, (Aim::AtMost(60.0), Aim::AtMost(150.0)), worst(&list));
    let after = start::idle(options, instance)?;
    report.add_memory(&format!("idle after {name}"), &[after], (Aim::None, Aim::None), 0.0);
    let errors = list.iter().map(|one| f64::from(u32::try_from(one.times.failures()).unwrap_or(u32::MAX))).sum();
    report.add(format!("{name}: errors"), vec![errors], "", Aim::AtMost(0.0), worst(&list));
    report.add_operation(&name, &mut list);
    Ok(())
}

async fn sign_ins(options: &Options, instance: &Instance, tokens: &Tokens, report: &mut Report) -> Result<(), Failure> {
    let mut list = Vec::new();
    for repetition in 1..=options.repetitions {
        say(&format!("{} sign-ins at once: {repetition} of {}", options.browsers, options.repetitions));
        let mut best: Option<sign_in::SignIns> = None;
        for _ in 0..options.tries {
            machine::wait_for_quiet(instance.pid(), instance.postmaster(), options.patience);
            let one = sign_in::many(options, instance, tokens).await?;
            if best.as_ref().is_none_or(|best| one.measured.foreign < best.measured.foreign) {
                best = Some(one);
            }
            if best.as_ref().is_some_and(|best| !best.measured.was_disturbed()) {
                break;
            }
        }
        list.extend(best);
    }
    let foreign = list.iter().map(|one| one.measured.foreign).fold(0.0, f64::max);
    let name = format!("{} sign-ins at once", options.browsers);
    report.add("bcrypt limit", list.iter().map(|one| one.limit).collect(), "a second", Aim::None, foreign);
    report.add("sign-ins", list.iter().map(|one| one.measured.rate()).collect(), "a second", Aim::None, foreign);
    let shares = list.iter().map(|one| 100.0 * one.share()).collect();
    report.add("sign-ins, share of the bcrypt limit", shares, "%", Aim::AtLeast(90.0), foreign);
    let shares = list.iter().map(|one| 100.0 * one.share_of_the_rest()).collect();
    report.add("sign-ins, share of what others left of it", shares, "%", Aim::None, foreign);
    let questions: Vec<&str> = list.first().map(|one| one.others.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
    for (number, question) in questions.into_iter().enumerate() {
        let mut percentile =
            |share: f64| list.iter_mut().map(|one| one.others[number].1.percentile(share)).collect::<Vec<_>>();
        let (p50, p99) = (percentile(0.5), percentile(0.99));
        report.add(format!("{question} meanwhile: p50"), p50, "ms", Aim::None, foreign);
        report.add(format!("{question} meanwhile: p99"), p99, "ms", Aim::AtMost(100.0), foreign);
    }
    let faults: u64 = list.iter().flat_map(|one| &one.others).map(|(_, times)| times.failures()).sum();
    #[expect(clippy::cast_precision_loss)]
    report.add("errors meanwhile", vec![faults as f64], "", Aim::AtMost(0.0), foreign);
    let memory: Vec<_> = list.iter().map(|one| one.measured.memory).collect();
    report.add_memory(&name, &memory, (Aim::AtMost(60.0), Aim::AtMost(150.0)), foreign);
    report.put("sign_in_refusals", list.iter().map(|one| json!(one.refusals)).collect());
    let mut measured: Vec<load::Measured> = list.into_iter().map(|one| one.measured).collect();
    measured.iter().for_each(report_errors);
    report.add_operation(&name, &mut measured);
    Ok(())
}

/// The same on a small host and on a large one: fails when something grows too much.
async fn growth(options: &Options, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    let sizes = [options.scale.thousandth(), options.scale];
    let mut hosts = Vec::new();
    for (name, size) in ["small", "large"].into_iter().zip(sizes) {
        say(&format!("a host: {}", size.text()));
        let host = scale::Host::new(options, &folder.join(name), size).await?;
        say(&format!("  written in {:.1} s", host.seeded.as_secs_f64()));
        report.add(format!("{name}: written"), vec![host.seeded.as_secs_f64()], "s", Aim::None, 0.0);
        hosts.push(host);
    }
    let [small, large] = &hosts[..] else { return Err("two hosts".into()) };
    let growth = scale::growth(options, small, large).await?;
    println!("\n{}", growth.text());
    report.put("growth", growth.to_json());
    report.put("sizes", json!(sizes.map(Size::text)));
    match growth.missed() {
        missed if missed.is_empty() => Ok(()),
        missed => Err(format!("grows too much: {}", missed.join("; ")).into()),
    }
}

/// Each code once, whoever tries.
#[expect(clippy::cast_precision_loss)]
async fn once(options: &Options, instance: &Instance, tokens: &Tokens, report: &mut Report) -> Result<(), Failure> {
    say(&format!("{} codes, four at each, two servers", options.single_use));
    let outcome = single_use::codes(options, instance, tokens).await?;
    let errors: u64 = outcome.errors.values().sum();
    for (name, count, aim) in [
        ("single use: codes", outcome.codes, Aim::AtLeast(options.single_use as f64)),
        ("single use: attempts", outcome.attempts, Aim::None),
        ("single use: redeemed twice", outcome.doubles, Aim::AtMost(0.0)),
        ("single use: redeemed by nobody", outcome.lost, Aim::AtMost(0.0)),
        ("single use: errors", errors, Aim::AtMost(0.0)),
    ] {
        report.add(name, vec![count as f64], "", aim, 0.0);
    }
    report.add("single use: time", vec![outcome.seconds], "s", Aim::None, 0.0);
    report.put("single_use_errors", json!(outcome.errors));
    Ok(())
}

/// The import, and what services get from a server with so many members.
async fn members_import(options: &Options, folder: &Path, report: &mut Report) -> Result<(), Failure> {
    say(&format!("import of {} members", options.members));
    let (mut instance, imported) = import::members(options, folder)?;
    let name = format!("import of {} members", options.members);
    // The aim is for a million.
    #[expect(clippy::cast_precision_loss)]
    let share = options.members as f64 / 1e6;
    let foreign = imported.foreign;
    report.add(&name, vec![imported.seconds], "s", Aim::AtMost(60.0 * share), foreign);
    report.add(format!("{name}: processor, command"), vec![imported.command], "s", Aim::None, foreign);
    report.add(format!("{name}: processor, PostgreSQL"), vec![imported.postgres], "s", Aim::None, foreign);
    let resident = megabytes(imported.memory.peak_resident);
    report.add(format!("{name}: most resident, command"), vec![resident], "MB", Aim::AtMost(100.0), foreign);
    report.add_memory(&name, &[imported.memory], (Aim::AtMost(100.0), Aim::AtMost(100.0)), foreign);
    if options.quick {
        return Ok(());
    }
    let service = Service::register(&instance)?;
    let started = start::again(options, &mut instance)?;
    report.add(format!("start to ready, {} members", options.members), started, "ms", Aim::AtMost(1000.0), 0.0);
    let idle = start::idle(options, &instance)?;
    report.add_memory(&format!("idle, {} members", options.members), &[idle], (Aim::AtMost(20.0), Aim::AtMost(70.0)), 0.0);
    let tokens = Tokens::new(service, sign_in::first(instance.address, options.accounts).await?);
    for operation in [Operation::Issue, Operation::Exchange, Operation::Refresh, Operation::Userinfo] {
        let mut list = Vec::new();
        for _ in 0..options.repetitions.min(3) {
            list.push(tokens.measure(options, &instance, operation).await?);
        }
        report.add_operation(&format!("{}, {} members", operation.name(), options.members), &mut list);
    }
    instance.stop()
}

fn say(what: &str) {
    eprintln!("{what}");
}

fn report_errors(measured: &load::Measured) {
    if measured.times.failures() > 0 {
        eprintln!("  errors: {:?}", measured.times.errors);
    }
}

/// The version of the source that the program was built from, if it lies in its folder.
fn commit(program: &Path) -> Option<String> {
    program.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").exists()).and_then(machine::commit)
}

fn now() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%dT%H-%M-%SZ"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Writes the JSON file: `results/<date>.json` beside this crate.
fn write(report: &Report) -> Result<PathBuf, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    std::fs::create_dir_all(&folder)?;
    let value = report.to_json();
    let file = folder.join(format!("{}.json", value["date"].as_str().unwrap_or("undated")));
    std::fs::write(&file, serde_json::to_string_pretty(&value)?)?;
    Ok(file)
}
