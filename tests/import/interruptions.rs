//! Whatever breaks off, the end is the same.

use super::*;

/// Sound records with some that are refused in between, some of them for what an earlier one has.
fn long_file(sound: u32) -> (String, u64) {
    let mut lines = Vec::new();
    for at in 0..sound {
        lines.push(line(&at.to_string(), &format!("m{at}")));
        match at % 50 {
            7 => lines.push(line(&format!("x{at}"), "m3")),
            8 => lines.push(line(&format!("y{at}"), "no name")),
            9 => lines.push(line("5", "twice")),
            _ => {}
        }
    }
    (file(&lines), lines.len() as u64 - u64::from(sound))
}

/// Breaks off after some bytes.
struct Breaking {
    input: Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Breaking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.left);
        if count == 0 {
            return Err(io::Error::other("broken off"));
        }
        let count = self.input.read(&mut buffer[..count])?;
        self.left -= count;
        Ok(count)
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn interrupted_twenty_times_it_ends_as_if_it_never_had_been(pool: PgPool) {
    let (text, rejected) = long_file(3000);
    let options = Options { batch: 50, ..options() };
    let whole = import_with(&pool, text.clone(), &options).await;
    assert_eq!((whole.report.imported, whole.report.rejected), (3000, rejected));
    let expected = dump(&pool).await;
    execute(&pool, "TRUNCATE users CASCADE").await;
    let office = Office::new();
    let mut most = 0;
    for round in 1..=20_u32 {
        let bytes = text.clone().into_bytes();
        let count = if round % 2 == 0 {
            // The file breaks off. What was whole until there is in.
            let left = bytes.len() * round as usize / 22;
            let input = Breaking { input: Cursor::new(bytes), left };
            match run(&pool, office.post(), input, &options, None, |_| {}).await {
                Err(ImportError::Stopped { cause: Cause::Input(_), line, .. }) => line,
                Err(ImportError::Refused(_)) if round < 10 => 0,
                other => panic!("{other:?}"),
            }
        } else {
            // The program is stopped in the middle of some batch.
            let mut line = 0;
            let import = run(&pool, office.post(), Cursor::new(bytes), &options, None, |event| {
                if let Event::Progress(report) = event {
                    line = report.line;
                }
            });
            let _ = tokio::time::timeout(Duration::from_millis(u64::from(round) * 7), import).await;
            line
        };
        most = most.max(count);
        // Of what was reported as done, everything but the refused is there.
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
        assert!(u64::try_from(there).unwrap() + rejected + 1 >= most, "round {round}: {there}, {most}");
    }
    assert!(most > 1000, "the test itself: it never got far, {most}");
    let last = import_with(&pool, text, &options).await;
    assert_eq!((last.refused, last.rejects), (whole.refused, whole.rejects));
    assert_eq!(last.report.imported + last.report.unchanged, 3000);
    assert_eq!(dump(&pool).await, expected);
}

#[sqlx::test(migrations = "./migrations")]
async fn two_at_once_are_one(pool: PgPool) {
    let (text, rejected) = long_file(600);
    let options = Options { batch: 10, ..options() };
    let (one, other) = tokio::join!(import_with(&pool, text.clone(), &options), import_with(&pool, text, &options));
    assert_eq!(one.report.imported + other.report.imported, 600);
    assert_eq!((one.report.rejected, other.report.rejected), (rejected, rejected));
    assert_eq!(one.report.updated + other.report.updated, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn lost_connections_are_survived(pool: PgPool) {
    let (text, rejected) = long_file(600);
    let options = Options { batch: 10, ..options() };
    let killer = tokio::spawn({
        let pool = pool.clone();
        async move {
            let mut killed = 0;
            for _ in 0..30 {
                tokio::time::sleep(Duration::from_millis(5)).await;
                let statement = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
                killed += sqlx::query_scalar::<_, i64>(statement).fetch_one(&pool).await.unwrap_or_default();
            }
            killed
        }
    });
    let done = import_with(&pool, text.clone(), &options).await;
    assert_eq!((done.report.imported, done.report.rejected), (600, rejected));
    assert!(killer.await.unwrap() > 0, "the test itself: nothing was interrupted");
    let before = full_dump(&pool).await;
    assert_eq!(import(&pool, text).await.report.unchanged, 600);
    assert_eq!(full_dump(&pool).await, before);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_database_that_stays_away_ends_it_with_a_clear_word(pool: PgPool) {
    let (text, _) = long_file(600);
    let options = Options { batch: 100, patience: Duration::from_millis(500), ..options() };
    let second = PgPool::connect_with((*pool.connect_options()).clone()).await.unwrap();
    let (mut waited, mut done) = (0, 0);
    let office = Office::new();
    let outcome =
        run(&second, office.post(), Cursor::new(text.clone().into_bytes()), &options, None, |event| match event {
            Event::Progress(report) => {
                done = report.line;
                if report.records >= 300 {
                    drop(second.close());
                }
            }
            Event::Waiting(_) => waited += 1,
            Event::Refused { .. } | Event::Warning { .. } => {}
        });
    let error = outcome.await.unwrap_err();
    assert!(
        matches!(error, ImportError::Stopped { cause: Cause::Database(_), line, dry_run: false } if line == done),
        "{error:?}"
    );
    let words = format!("Everything up to line {done} is in: run the same command again");
    assert!(done > 300 && error.to_string().contains(&words), "{error}");
    assert!(waited > 0);
    let done = import_with(&pool, text, &Options { batch: 64, ..options }).await;
    assert_eq!(done.report.imported + done.report.unchanged, 600);
    assert!(done.report.unchanged > 250);
}
