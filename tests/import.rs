//! The import of the old members database.
use std::io::Cursor;
use loquet::clock::Clock;
use loquet::import::members::{Event, Options, run};
use sqlx::PgPool;

fn legacy(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/legacy/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn dirty(pool: PgPool) {
    let options = Options::new(&["en", "fr"], "fr");
    let rejects = std::fs::File::create("/tmp/rej.csv").unwrap();
    let report = run(&pool, &Clock::default(), Cursor::new(legacy("members-dirty.csv")), &options, Some(Box::new(rejects)), |e| match e {
        Event::Refused { line, faults } => println!("({line}, {:?}),", faults.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Event::Warning { line, fault } => println!("W ({line}, {:?}),", fault.to_string()),
        _ => {}
    }).await.unwrap();
    println!("{report}{}", report.to_json());
    let names: Vec<String> = sqlx::query_scalar("select username||' '||given_name||' '||family_name from users order by created_at").fetch_all(&pool).await.unwrap();
    println!("{names:?}");
}
