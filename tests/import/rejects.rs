//! The file of rejects, there and back.

use super::*;

#[sqlx::test(migrations = "./migrations")]
async fn rejects_are_corrected_and_imported(pool: PgPool) {
    let first = import(&pool, legacy("members-dirty.csv")).await;
    let rejects = String::from_utf8(first.rejects).unwrap();
    assert!(rejects.starts_with("\u{FEFF}id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until,is_admin,loquet_line,loquet_reason\n"));
    // Uncorrected: everything is refused again, with the same columns at fault, and the notes do not pile up.
    let second = import(&pool, rejects.clone()).await;
    assert_eq!((second.report.imported, second.report.rejected), (0, 30));
    let again = String::from_utf8(second.rejects).unwrap();
    assert_eq!(again.lines().next(), rejects.lines().next());
    let columns = |refused: &[String]| {
        refused.iter().map(|fault| fault.split(": ").nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(columns(&second.refused), columns(&first.refused));
    // Corrected, by hand and by a spreadsheet that adds its own quotation marks.
    let corrected = again
        .replace("not-an-address", "alexandrie@example.org")
        .replace("Andr\u{FFFD}", "=André")
        .replace(
            "3001,short,short@example.org,1",
            &format!("3001,short,short@example.org,1,{HASH},=1+1,\"@x\",fr,2020-01-01 10:00:00,,0"),
        )
        .replace(",0,extra,extra", ",0")
        .replace("\"Multi\nligne\"", "\"Multi\"");
    let third = import(&pool, corrected).await;
    assert_eq!(third.report.imported, 5, "{:?}", third.refused);
    assert_eq!(value(&pool, "given_name", "latin1").await.unwrap(), "=André");
    assert_eq!(value(&pool, "given_name || family_name", "short").await.unwrap(), "=1+1@x");
    assert_eq!(value(&pool, "given_name", "aneveu").await, None);
}

#[sqlx::test(migrations = "./migrations")]
async fn formulas_and_separators_survive_the_round_trip(pool: PgPool) {
    let names = ["=1+1", "+1", "-1", "@SUM(A1)", "\"quoted\"", "semi;colon", "comma,name", "'apostrophe", "<b>x</b>"];
    for separator in [b',', b';', b'\t'] {
        execute(&pool, "TRUNCATE users CASCADE").await;
        let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["id", "login", "email", "password", "firstname"]).unwrap();
        for (at, name) in names.iter().enumerate() {
            writer.write_record([&at.to_string(), &format!("user{at}"), "nobody", HASH, name]).unwrap();
        }
        let done = import(&pool, writer.into_inner().unwrap()).await;
        assert_eq!(done.report.rejected, 9);
        let rejects = String::from_utf8(done.rejects).unwrap();
        let mut corrected = String::new();
        for (at, piece) in rejects.split("nobody").enumerate() {
            write!(corrected, "{}{piece}", if at > 0 { format!("user{at}@example.org") } else { String::new() })
                .unwrap();
        }
        let done = import(&pool, corrected).await;
        assert_eq!(done.report.imported, 9, "{:?}", done.refused);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(value(&pool, "given_name", &format!("user{at}")).await.unwrap(), *name);
        }
    }
}
