//! The import of the old members database, on the files of `tests/legacy` (made up, in the form of
//! the old site's export).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loquet::authn::password::{PasswordHashing, Verdict};
use loquet::clock::Clock;
use loquet::crypto::Vault;
use loquet::import::members::{Event, ImportError, Options, run};
use loquet::import::{Field, Format, Report};
use sqlx::PgPool;

const HEADER: &str =
    "id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until,is_admin\n";
const HASH: &str = "$2b$12$jJabCrKUDm45TiUvpkPZm.hAQRTP0ILGjJ/nAwAiX0HRRjlMKlfAW";

// --- What the tests are made of ---

fn legacy(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/legacy/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn options() -> Options {
    Options { patience: Duration::from_secs(10), ..Options::new(&["en", "fr"], "fr") }
}

/// A sound record of the old site.
fn line(id: &str, login: &str) -> String {
    format!("{id},{login},{login}@example.org,1,{HASH},Ada,Martin,fr,2020-01-01 10:00:00,2027-01-01,0\n")
}

fn file(lines: &[String]) -> String {
    format!("{HEADER}{}", lines.concat())
}

/// A file in memory that can be read after it was given away.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What came of an import.
struct Done {
    report: Report,
    /// `line: column: reason`, in the order told.
    refused: Vec<String>,
    warnings: Vec<String>,
    rejects: Vec<u8>,
}

async fn import_with(pool: &PgPool, input: impl Into<Vec<u8>>, options: &Options) -> Done {
    let (mut refused, mut warnings) = (Vec::new(), Vec::new());
    let rejects = Shared::default();
    let output = Box::new(rejects.clone());
    let report = run(pool, &Clock::default(), Cursor::new(input.into()), options, Some(output), |event| match event {
        Event::Refused { line, faults } => refused.extend(faults.iter().map(|fault| format!("{line}: {fault}"))),
        Event::Warning { line, fault } => warnings.push(format!("{line}: {fault}")),
        Event::Progress(_) | Event::Waiting(_) => {}
    })
    .await
    .unwrap();
    let rejects = rejects.0.lock().unwrap().clone();
    Done { report, refused, warnings, rejects }
}

async fn import(pool: &PgPool, input: impl Into<Vec<u8>>) -> Done {
    import_with(pool, input, &options()).await
}

async fn refusal(pool: &PgPool, input: impl Into<Vec<u8>>, options: &Options) -> String {
    run(pool, &Clock::default(), Cursor::new(input.into()), options, None, |_| {}).await.unwrap_err().to_string()
}

/// Everything about the accounts but what no two runs have in common.
async fn dump(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT (to_jsonb(u) - 'id' - 'updated_at' || jsonb_build_object('groups',
             (SELECT array_agg(g.name) FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = u.id)))::text
         FROM users u ORDER BY legacy_id, username",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Ids and times too: nothing at all has been written.
async fn full_dump(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT to_jsonb(u)::text FROM users u ORDER BY id").fetch_all(pool).await.unwrap()
}

/// One value of an account, as text.
async fn value(pool: &PgPool, column: &str, username: &str) -> Option<String> {
    let statement = format!("SELECT ({column})::text FROM users WHERE username = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(username).fetch_optional(pool).await.unwrap().flatten()
}

async fn execute(pool: &PgPool, statement: &'static str) {
    sqlx::raw_sql(statement).execute(pool).await.unwrap();
}

// --- The whole export ---

#[sqlx::test(migrations = "./migrations")]
async fn all_members_go_in_as_they_were(pool: PgPool) {
    let done = import(&pool, legacy("members.csv")).await;
    let Report { records, imported, updated, unchanged, rejected, ignored_flags, administrators, disabled, .. } =
        done.report;
    assert_eq!((records, imported, updated, unchanged, rejected), (300, 300, 0, 0, 0), "{:?}", done.refused);
    assert_eq!((ignored_flags, administrators, disabled), (2, 0, 0));
    assert_eq!(done.report.hashes.values().sum::<u64>(), 300);
    assert_eq!(done.rejects.split(|byte| *byte == b'\n').count(), 2, "the header, and nothing else");
    let mut reader = csv::Reader::from_reader(Cursor::new(legacy("members.csv")));
    for row in reader.deserialize() {
        let row: HashMap<String, String> = row.unwrap();
        let username = row["login"].to_lowercase();
        let get = async |column| value(&pool, column, &username).await;
        assert_eq!(get("legacy_id").await.as_ref(), Some(&row["id"]));
        assert_eq!(get("email").await.as_ref(), Some(&row["email"]));
        assert_eq!(get("(email_verified_at IS NOT NULL)::int").await.as_ref(), Some(&row["email_confirmed"]));
        assert_eq!(get("password_hash").await.as_ref(), Some(&row["password"]));
        assert_eq!(get("given_name").await.as_ref(), Some(&row["firstname"]));
        assert_eq!(get("family_name").await.as_ref(), Some(&row["lastname"]));
        assert_eq!(get("locale").await.as_ref(), Some(&row["lang"]));
        assert_eq!(
            get("to_char(created_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD HH24:MI:SS')").await.as_ref(),
            Some(&row["created_at"])
        );
        assert_eq!(get("membership_until").await.unwrap_or_default(), row["membership_until"]);
        assert_eq!(get("active AND NOT password_expired").await.as_deref(), Some("true"));
    }
    let groups: i64 = sqlx::query_scalar("SELECT count(*) FROM group_members").fetch_one(&pool).await.unwrap();
    assert_eq!(groups, 0, "administrators are nobody in particular");
}

#[sqlx::test(migrations = "./migrations")]
async fn every_member_signs_in_with_the_old_password(pool: PgPool) {
    import(&pool, legacy("members.csv")).await;
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT username, password_hash FROM users").fetch_all(&pool).await.unwrap();
    let stored: HashMap<String, String> = rows.into_iter().collect();
    let vault = Vault::new(&Vault::generate_master_key()).unwrap();
    let hashing = PasswordHashing { vault: &vault, cost: 4 };
    let mut reader = csv::Reader::from_reader(Cursor::new(legacy("passwords.csv")));
    let people: Vec<(String, String)> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(people.len(), 300);
    let threads = std::thread::available_parallelism().unwrap().get();
    std::thread::scope(|scope| {
        for share in people.chunks(people.len().div_ceil(threads)) {
            let (hashing, stored) = (&hashing, &stored);
            scope.spawn(move || {
                for (login, password) in share {
                    let verdict = hashing.verify(password, Some(&stored[&login.to_lowercase()]));
                    let cut = password.len() > 72;
                    let right = matches!(verdict, Verdict::Right { replacement: Some(_) }) && !cut
                        || verdict == Verdict::RightButCut && cut;
                    assert!(right, "{login}: {verdict:?}");
                }
            });
        }
    });
    assert!(people.iter().filter(|(_, password)| password.len() > 72).count() >= 2);
    let (login, password) = &people[0];
    assert_eq!(hashing.verify(&format!("{password}x"), Some(&stored[&login.to_lowercase()])), Verdict::Wrong);
}

// --- The damaged export ---

const DIRTY: &[&str] = &[
    "3: email: is already used by line 2",
    "5: login: is already used by line 4",
    "7: email: is not an e-mail address",
    "9: email: is empty",
    "11: login: is empty",
    "13: login: may hold only letters without accents, digits, '.', '_' and '-', and starts with a letter or a digit",
    "15: password: is empty",
    "17: password: is a mark for «no password», not a hash",
    "19: password: has the wrong length for bcrypt (60 characters)",
    "21: password: has the wrong length for bcrypt (60 characters)",
    "23: password: is of the faulty kind $2x$, which is not accepted",
    "25: password: has a bcrypt cost over 14",
    "26: password: has a bcrypt cost under 4",
    "27: password: is not bcrypt but unsalted MD5, which is not accepted",
    "28: password: is not bcrypt but SHA-512-crypt, which is not accepted",
    "29: created_at: is not a date and time of the form YYYY-MM-DD HH:MM:SS",
    "30: created_at: is a day or a time that does not exist",
    "31: membership_until: is not a date of the form YYYY-MM-DD",
    "33: email_confirmed: is neither yes nor no (1, 0, true, false, yes, no, oui, non)",
    "34: firstname: is longer than 100 characters",
    "36: firstname: contains a line break or another control character",
    "39: email: may hold only unaccented (ASCII) characters",
    "40: email: is not an e-mail address",
    "41: email: is not an e-mail address",
    "42: login: contains a character that changes the direction of the text",
    "43: login: may hold only letters without accents, digits, '.', '_' and '-', and starts with a letter or a digit",
    "45: firstname: is not UTF-8 text",
    "46: the record: has 4 columns where the header has 11",
    "47: the record: has 13 columns where the header has 11",
    "48: login: contains a line break or another control character",
];

const SOUND: &[&str] = &[
    "dabouchet",
    "dbernadette",
    "dfrederic.cousin",
    "dhonore.fabre",
    "dlucie.marie",
    "dmailletmarcelle",
    "dmaurice.andre",
    "dmdumas",
    "dmgermain",
    "doduhamel",
    "dorousseau",
    "dpenelope",
    "lastgood",
    // A formula, spaces around a name, an unknown language, a key that is no number.
    "mathilde",
    "raymond",
    "raymond.roy",
    "remy.raymond",
];

#[sqlx::test(migrations = "./migrations")]
async fn damaged_lines_never_stop_the_good_ones(pool: PgPool) {
    for batch in [1, 7, 2000] {
        execute(&pool, "TRUNCATE users CASCADE").await;
        let done = import_with(&pool, legacy("members-dirty.csv"), &Options { batch, ..options() }).await;
        assert_eq!(done.refused, DIRTY, "in batches of {batch}");
        assert_eq!(done.warnings, ["32: lang: is not a language of this server: 'fr' is used instead"]);
        let names: Vec<String> = sqlx::query_scalar("SELECT username FROM users ORDER BY username COLLATE \"C\"")
            .fetch_all(&pool)
            .await
            .unwrap();
        assert_eq!(names, SOUND);
        let Report { records, imported, rejected, .. } = done.report;
        assert_eq!((records, imported, rejected), (47, 17, 30));
        let reasons: u64 = done.report.reasons.iter().map(|(.., count)| count).sum();
        assert_eq!(reasons, 30);
        let hashes: Vec<u64> = done.report.hashes.values().copied().collect();
        assert_eq!(hashes, [1, 6, 10], "$2a$, $2b$, $2y$");
    }
    assert_eq!(value(&pool, "family_name", "mathilde").await.unwrap(), "=HYPERLINK(\"http://x\")");
    assert_eq!(value(&pool, "given_name", "raymond").await.unwrap(), "Espaces");
    assert_eq!(value(&pool, "locale", "raymond.roy").await.unwrap(), "fr");
    assert_eq!(value(&pool, "legacy_id", "remy.raymond").await.unwrap(), "not-a-number");
    assert_eq!(value(&pool, "membership_until", "lastgood").await.unwrap(), "2027-01-01");
    assert_eq!(value(&pool, "created_at AT TIME ZONE 'UTC'", "lastgood").await.unwrap(), "2020-01-01 09:00:00");
}

#[sqlx::test(migrations = "./migrations")]
async fn no_output_holds_a_hash(pool: PgPool) {
    // The hashes also in columns where they do not belong.
    let mut options = options();
    let input = legacy("members-dirty.csv");
    let text = String::from_utf8_lossy(&input).into_owned();
    let hashes: Vec<&str> = text
        .split(',')
        .filter(|cell| cell.starts_with("$2") || cell.starts_with("5f4d") || cell.starts_with("$6"))
        .collect();
    assert!(hashes.len() > 40);
    for field in [
        None,
        Some(Field::Username),
        Some(Field::Language),
        Some(Field::CreatedAt),
        Some(Field::EmailVerified),
        Some(Field::Id),
    ] {
        if let Some(field) = field {
            options.mapping.set(field, "password");
        }
        let done = import_with(&pool, input.clone(), &options).await;
        let mut told = format!("{}{}{:?}", done.report, done.report.to_json(), done.report);
        write!(told, "{:?}{:?}", done.refused, done.warnings).unwrap();
        for hash in &hashes {
            assert!(!told.contains(hash.get(7..).unwrap_or(hash)), "{field:?}");
        }
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn every_fault_of_a_line_is_told_at_once(pool: PgPool) {
    let done = import(&pool, file(&[format!(",x y,nobody,perhaps,!,{},b,fr,soon,never,0\n", "n".repeat(101))])).await;
    let columns: Vec<&str> = done.refused.iter().map(|fault| fault.split(": ").nth(1).unwrap()).collect();
    assert_eq!(
        columns,
        ["id", "login", "email", "email_confirmed", "password", "firstname", "created_at", "membership_until"]
    );
    assert_eq!(done.report.rejected, 1);
}

// --- Again, and again ---

#[sqlx::test(migrations = "./migrations")]
async fn the_same_file_again_changes_nothing(pool: PgPool) {
    import(&pool, legacy("members.csv")).await;
    // What people and administrators did meanwhile stays as well.
    execute(
        &pool,
        "UPDATE users SET email = 'new@example.org', email_verified_at = now(), active = false WHERE legacy_id = '7'",
    )
    .await;
    let before = full_dump(&pool).await;
    let done = import(&pool, legacy("members.csv")).await;
    assert_eq!(
        (done.report.unchanged, done.report.imported, done.report.updated, done.report.rejected),
        (300, 0, 0, 0)
    );
    assert_eq!(full_dump(&pool).await, before);
}

#[sqlx::test(migrations = "./migrations")]
async fn what_the_old_site_changes_is_taken_over_and_nothing_else(pool: PgPool) {
    let hash = |salt: &str| HASH.replace("jJab", salt);
    let first = "id,login,email,email_confirmed,password,firstname,lastname,lang,created_at,membership_until\n1,ada,ada@example.org,0,HASH,Ada,Martin,fr,2020-01-01 10:00:00,2024-01-01\n".replace("HASH", HASH);
    import(&pool, first.clone()).await;
    let get = async |column: &str| value(&pool, column, "ada").await;
    // Something of each field in turn, and what the person did here in between stays.
    execute(&pool, "UPDATE users SET given_name = 'Adèle', locale = 'en'").await;
    let second = first.replace("2024-01-01", "2030-12-31");
    let done = import(&pool, second.clone()).await;
    assert_eq!((done.report.updated, done.report.unchanged), (1, 0));
    assert_eq!(get("membership_until").await.unwrap(), "2030-12-31");
    assert_eq!(get("given_name || ' ' || locale").await.unwrap(), "Adèle en", "the old site said nothing new of these");
    let third = second.replace("Ada,Martin,fr", "Ada,Durand,en").replace("2030-12-31", "").replace(HASH, &hash("aaaa"));
    assert_eq!(import(&pool, third.clone()).await.report.updated, 1);
    assert_eq!(get("given_name || ' ' || family_name").await.unwrap(), "Ada Durand");
    assert_eq!(get("membership_until").await, None);
    assert_eq!(get("password_hash").await.unwrap(), hash("aaaa"));
    assert_eq!(get("email_verified_at").await, None);
    let fourth =
        third.replace("1,ada,ada@example.org,0", "1,ada,Ada.D@example.org,1").replace("2020-01-01 10", "2019-01-01 10");
    assert_eq!(import(&pool, fourth.clone()).await.report.updated, 1);
    assert_eq!(get("email").await.unwrap(), "Ada.D@example.org");
    assert_eq!(get("email_verified_at AT TIME ZONE 'UTC'").await.unwrap(), "2019-01-01 09:00:00");
    assert_eq!(get("created_at AT TIME ZONE 'UTC'").await.unwrap(), "2019-01-01 09:00:00");
    assert_eq!(import(&pool, fourth.replace("1,ada,", "1,Ada.Durand,")).await.report.updated, 1);
    assert_eq!(value(&pool, "legacy_id", "ada.durand").await.unwrap(), "1");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_password_of_ours_is_never_overwritten(pool: PgPool) {
    let lines = [line("1", "ada"), line("2", "bob"), line("3", "cleo")];
    import(&pool, file(&lines)).await;
    execute(&pool, "UPDATE users SET password_hash = '$lq1$' || password_hash WHERE username = 'ada'").await;
    execute(&pool, "UPDATE users SET password_hash = NULL WHERE username = 'bob'").await;
    let changed = file(&lines).replace("jJab", "zZzz").replace("Ada,Martin", "Eve,Martin");
    assert_eq!(import(&pool, changed).await.report.updated, 3);
    assert_eq!(value(&pool, "password_hash", "ada").await.unwrap(), format!("$lq1${HASH}"));
    assert_eq!(value(&pool, "password_hash", "bob").await, None);
    assert_eq!(value(&pool, "password_hash", "cleo").await.unwrap(), HASH.replace("jJab", "zZzz"));
    assert_eq!(value(&pool, "given_name", "ada").await.unwrap(), "Eve");
}

#[sqlx::test(migrations = "./migrations")]
async fn the_old_site_vouches_for_its_own_address_only(pool: PgPool) {
    let unverified = |id: &str, name: &str| line(id, name).replace(".org,1", ".org,0");
    let names = ["ada", "bob", "cleo", "dan"];
    let first: Vec<String> = names.iter().map(|name| unverified(name, name)).collect();
    import(&pool, file(&first)).await;
    // Ada takes another address here, unproven; Bob proves his; Cleo and Dan take a new one and prove it.
    execute(
        &pool,
        "UPDATE users SET email = username || '@new.example' WHERE username IN ('ada', 'cleo', 'dan');
                    UPDATE users SET email_verified_at = now() WHERE username IN ('bob', 'cleo', 'dan')",
    )
    .await;
    let second = [
        line("ada", "ada"),
        unverified("bob", "bob").replace("Ada", "Bob"),
        line("cleo", "cleo").replace("@example.org", "@third.example").replace("example,1", "example,0"),
        unverified("dan", "dan").replace("@example.org", "@new.example"),
    ];
    assert_eq!(import(&pool, file(&second)).await.report.updated, 4);
    let get = async |name| value(&pool, "email || ' ' || (email_verified_at IS NOT NULL)", name).await.unwrap();
    assert_eq!(get("ada").await, "ada@new.example false", "not the address that the old site verified");
    assert_eq!(get("bob").await, "bob@example.org true");
    assert_eq!(get("cleo").await, "cleo@third.example false");
    assert_eq!(get("dan").await, "dan@new.example true");
}

// --- Names and addresses of others ---

#[sqlx::test(migrations = "./migrations")]
async fn what_is_taken_is_refused_and_the_holder_named(pool: PgPool) {
    execute(
        &pool,
        "INSERT INTO users (id, username, email, locale, created_at, updated_at)
                    VALUES (gen_random_uuid(), 'jane.doe', 'Jane@Example.org', 'fr', now(), now())",
    )
    .await;
    for batch in [1, 3, 2000] {
        execute(&pool, "DELETE FROM users WHERE legacy_id IS NOT NULL").await;
        let options = Options { batch, ..options() };
        let lines = [
            line("1", "ada"),
            line("2", "jane_doe"),
            line("3", "jane"),
            line("1", "other"),
            line("4", "bob").replace("bob@", "ADA@"),
            line("5", "x-y").replace("x-y@", "bob@"),
            line("6", "X.Y").replace("X.Y@", "Ada@"),
        ];
        let done = import_with(&pool, file(&lines), &options).await;
        assert_eq!(
            done.refused,
            [
                "3: login: is already used by another account",
                "4: email: is already used by another account",
                "5: id: is already used by line 2",
                "6: email: is already used by line 2",
                "8: login: is already used by line 7",
                "8: email: is already used by line 2",
            ],
            "in batches of {batch}"
        );
        // Changes run into the same walls.
        let lines =
            [line("1", "ada"), line("5", "ada").replace("ada@", "jane@"), line("7", "bob").replace("bob@", "cleo@")];
        let done = import_with(&pool, file(&lines), &options).await;
        assert_eq!(
            done.refused,
            ["3: login: is already used by line 2", "3: email: is already used by another account"]
        );
        assert_eq!((done.report.imported, done.report.unchanged), (1, 1));
        // Two who want the same new address: the first has it.
        let same = |id, name: &str| line(id, name).replace(&format!("{name}@"), "same@");
        let done = import_with(&pool, file(&[same("1", "ada"), same("7", "bob")]), &options).await;
        assert_eq!(done.refused, ["3: email: is already used by line 2"]);
        assert_eq!(done.report.updated, 1);
    }
}

// --- Rehearsal ---

#[sqlx::test(migrations = "./migrations")]
async fn a_rehearsal_tells_all_and_changes_nothing(pool: PgPool) {
    import(&pool, file(&[line("1000", "dlucie.marie"), line("1001", "dhonore.fabre")])).await;
    let before = full_dump(&pool).await;
    let rehearsed =
        import_with(&pool, legacy("members-dirty.csv"), &Options { dry_run: true, batch: 5, ..options() }).await;
    assert_eq!(full_dump(&pool).await, before);
    let done = import(&pool, legacy("members-dirty.csv")).await;
    assert_eq!(rehearsed.report, Report { dry_run: true, ..done.report.clone() });
    assert_eq!((done.report.imported, done.report.updated), (15, 2));
    assert_eq!((rehearsed.refused, rehearsed.rejects), (done.refused, done.rejects));
}

// --- The file of rejects ---

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

// --- Damage to the file itself ---

#[sqlx::test(migrations = "./migrations")]
async fn an_open_quotation_mark_costs_one_line(pool: PgPool) {
    let open = line("2", "open").replace("Ada", "\"Ada");
    let many: Vec<String> = (100..1500).map(|at| line(&at.to_string(), &format!("m{at}"))).collect();
    // Followed by more than is looked at, by the end of the file, by another quotation mark, and
    // by one that seems to close it.
    let quoted = line("3", "quoted").replace("Martin", "\"Martin, \"\"Jr\"\"\"");
    let closing = line("4", "closing").replace("Martin", "Mar\"");
    for (rest, expected) in [
        (many.concat(), 1400),
        (many[..10].concat(), 10),
        (format!("{}{quoted}{}", many[0], many[1]), 3),
        (format!("{}{closing}{}", many[0], many[1]), 3),
        (String::new(), 0),
    ] {
        execute(&pool, "TRUNCATE users CASCADE").await;
        let done = import(&pool, file(&[line("1", "first"), open.clone(), rest])).await;
        assert_eq!(done.refused, ["3: the record: has a quotation mark that is not closed"]);
        assert_eq!(done.report.imported, 1 + expected);
        let rejects = String::from_utf8(done.rejects).unwrap();
        assert!(
            rejects.contains("\"2,open,open@example.org,1,")
                && rejects.contains(",fr,2020-01-01 10:00:00,2027-01-01,0\",3,")
        );
        assert_eq!(import(&pool, rejects).await.report.rejected, 1);
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn damage_is_told_of_its_own_line(pool: PgPool) {
    let huge = "x".repeat(1_000_000);
    let lines = [
        line("1", "first"),
        line("2", "huge").replace("Ada", &huge),
        line("3", "quoted").replace("Ada", &format!("\"{huge}\"")),
        "\n".to_owned(),
        line("4", "after").replace("Ada", "\"Ada\"x"),
        line("5", "cr").replace("Ada", "A\rda"),
        line("6", "crlf").replace('\n', "\r\n"),
        line("7", "lines").replace("Martin", "\"Mar\ntin\""),
        line("8", "last").trim_end().to_owned(),
    ];
    let done = import(&pool, file(&lines)).await;
    assert_eq!(
        done.refused,
        [
            "3: the record: is longer than 64 KiB",
            "4: the record: is longer than 64 KiB",
            "6: the record: has text after a closing quotation mark",
            "7: firstname: contains a line break or another control character",
            "9: lastname: contains a line break or another control character",
        ]
    );
    assert_eq!((done.report.imported, done.report.line), (3, 11));
    assert!(done.rejects.len() < 20_000, "the huge lines are not copied");
    let bytes = file(&[line("9", "utf"), line("10", "latin")]).replace("latin@", "\u{e9}@").into_bytes();
    let latin: Vec<u8> = bytes
        .split(|byte| *byte == 0xC3)
        .collect::<Vec<_>>()
        .join(&b""[..])
        .into_iter()
        .map(|byte| if byte == 0xA9 { 0xE9 } else { byte })
        .collect();
    assert_eq!(import(&pool, latin).await.refused, ["3: email: is not UTF-8 text"]);
}

#[sqlx::test(migrations = "./migrations")]
async fn files_that_cannot_be_read_are_refused_as_a_whole(pool: PgPool) {
    let sound = file(&[line("1", "ada")]);
    let utf16 = |mark: bool, text: &str| {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let mut options = options();
    for (input, words) in [
        (Vec::new(), "the file is empty"),
        (b"\xEF\xBB\xBF\r\n\n".to_vec(), "the file is empty"),
        (utf16(true, &sound), "UTF-16"),
        (utf16(false, &sound), "UTF-16"),
        (sound.replace("firstname", "pr\u{e9}nom").replace('\u{e9}', "\u{1}").into_bytes(), "control characters"),
        (
            sound.replace("id,", "id\u{e9},").into_bytes().into_iter().filter(|byte| *byte != 0xC3).collect(),
            "not UTF-8",
        ),
        (sound.replace('\n', "\r").into_bytes(), "LF or CR LF"),
        (
            sound.replacen("id,login", "id,\"login", 1).into_bytes(),
            "the header cannot be read: it has a quotation mark that is not closed",
        ),
        (sound.replace("password", "secret").into_bytes(), "no column 'password'"),
        (sound.replace("firstname", "email").into_bytes(), "the column 'email' twice"),
        (b"[{\"id\": 1}]".to_vec(), "JSON list"),
        (vec![b'x'; 1_000_000], "the header cannot be read: it is longer than 64 KiB"),
        (vec![0xFF; 1_000], "not UTF-8"),
    ] {
        let told = refusal(&pool, input, &options).await;
        assert!(told.contains(words), "{told}");
    }
    options.mapping.set(Field::Disabled, "locked");
    assert!(refusal(&pool, sound, &options).await.contains("no column 'locked' for the field disabled"));
    assert!(full_dump(&pool).await.is_empty());
}

// --- JSON lines, other columns ---

#[sqlx::test(migrations = "./migrations")]
async fn json_lines_say_the_same(pool: PgPool) {
    import(&pool, legacy("members.csv")).await;
    let expected = dump(&pool).await;
    let mut lines = String::new();
    for row in csv::Reader::from_reader(Cursor::new(legacy("members.csv"))).deserialize() {
        let row: HashMap<String, String> = row.unwrap();
        let mut object = serde_json::to_value(&row).unwrap();
        // As a program would write them.
        object["id"] = row["id"].parse::<u64>().unwrap().into();
        object["email_confirmed"] = (row["email_confirmed"] == "1").into();
        if row["membership_until"].is_empty() {
            object["membership_until"] = serde_json::Value::Null;
        }
        if row["lastname"].is_empty() {
            object.as_object_mut().unwrap().remove("lastname");
        }
        writeln!(lines, "{object}").unwrap();
    }
    let again = import(&pool, lines.clone()).await;
    assert_eq!((again.report.unchanged, again.report.ignored_flags), (300, 2), "{:?}", again.refused);
    execute(&pool, "TRUNCATE users CASCADE").await;
    assert_eq!(
        import_with(&pool, lines, &Options { format: Format::JsonLines, ..options() }).await.report.imported,
        300
    );
    assert_eq!(dump(&pool).await, expected);
}

#[sqlx::test(migrations = "./migrations")]
async fn damaged_json_lines(pool: PgPool) {
    let sound = |id: &str| {
        format!("{{\"id\":{id},\"Login\":\"user-{id}\",\"email\":\"u{id}@example.org\",\"password\":\"{HASH}\"}}\n")
    };
    let lines = [
        sound("1"),
        "{\"id\": 2,\n".to_owned(),
        "[1, 2]\n".to_owned(),
        "\n".to_owned(),
        sound("3").replace("\"u3@", "[\"x\"], \"y\": \"u3@"),
        sound("4.5"),
        sound("5").replace("user-5", "nul\\u0000"),
        format!("{{\"x\": \"{}\"}}\n", "y".repeat(1_000_000)),
        sound("6").replace("\"user-6\"", "\"user-1\""),
        sound("7"),
    ];
    let done = import(&pool, lines.concat()).await;
    let expected = [
        "2: the record: is not one JSON object on one line",
        "3: the record: is not one JSON object on one line",
        "5: email: is not a text, a whole number, true, false or null",
        "6: id: is not a text, a whole number, true, false or null",
        "7: login: contains a line break or another control character",
        "8: the record: is longer than 64 KiB",
        "9: login: is already used by line 1",
    ];
    assert_eq!(done.refused, expected);
    assert_eq!(done.report.imported, 2);
    let rejects = String::from_utf8(done.rejects).unwrap();
    assert_eq!(rejects.lines().count(), 7);
    let again = import(&pool, rejects.clone()).await;
    assert_eq!((again.report.imported, again.report.rejected), (0, 7));
    let corrected = rejects.replace("user-1", "user-6").replace("nul\\u0000", "user-5");
    assert_eq!(import(&pool, corrected).await.report.imported, 2);
}

#[sqlx::test(migrations = "./migrations")]
async fn other_columns_rights_and_locks(pool: PgPool) {
    let mut options = options();
    for (field, column) in [
        (Field::Id, "uid"),
        (Field::Username, "pseudo"),
        (Field::EmailVerified, ""),
        (Field::Administrator, "staff"),
        (Field::Active, "Enabled"),
        (Field::Disabled, "locked"),
    ] {
        options.mapping.set(field, column);
    }
    let header = "uid;pseudo;email;email_confirmed;password;staff;enabled;locked\n";
    let row = |name: &str, flags: &str| format!("{name};{name};{name}@example.org;1;{HASH};{flags}\n");
    let people =
        [row("ada", "yes;1;0"), row("bob", "no;0;0"), row("cleo", "1;1;oui"), row("dan", "0;1;"), row("eve", "0;;0")];
    let done = import_with(&pool, format!("{header}{}", people.concat()), &options).await;
    assert_eq!(done.refused, ["6: Enabled: is neither yes nor no (1, 0, true, false, yes, no, oui, non)"]);
    assert_eq!((done.report.administrators, done.report.disabled, done.report.ignored_flags), (2, 2, 0));
    let states = async || {
        let statement = "SELECT username || ' ' || active || ' ' || (email_verified_at IS NOT NULL) || ' ' ||
            (SELECT count(*) FROM group_members m JOIN groups g ON g.id = m.group_id AND g.name = 'admins' WHERE m.user_id = u.id)
            FROM users u ORDER BY username";
        sqlx::query_scalar::<_, String>(statement).fetch_all(&pool).await.unwrap()
    };
    assert_eq!(states().await, ["ada true false 1", "bob false false 0", "cleo false false 1", "dan true false 0"]);
    // Dan is locked here; Bob is unlocked there, Ada locked. Whom the old site never locked, it does not unlock.
    execute(&pool, "UPDATE users SET active = false WHERE username = 'dan';
        INSERT INTO browser_sessions SELECT gen_random_uuid(), 'x', id, now(), '{pwd}', now(), now() FROM users WHERE username = 'ada'").await;
    let people = [row("ada", "yes;1;1"), row("bob", "no;1;0"), row("dan", "0;1;0").replace("dan@", "dan2@")];
    assert_eq!(import_with(&pool, format!("{header}{}", people.concat()), &options).await.report.updated, 3);
    assert_eq!(states().await, ["ada false false 1", "bob true false 0", "cleo false false 1", "dan false false 0"]);
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM browser_sessions").fetch_one(&pool).await.unwrap();
    assert_eq!(sessions, 0, "who is switched off is out at once");
}

// --- Interruptions ---

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
    let clock = Clock::default();
    let mut most = 0;
    for round in 1..=20_u32 {
        let bytes = text.clone().into_bytes();
        let count = if round % 2 == 0 {
            // The file breaks off. What was whole until there is in.
            let left = bytes.len() * round as usize / 22;
            let input = Breaking { input: Cursor::new(bytes), left };
            match run(&pool, &clock, input, &options, None, |_| {}).await {
                Err(ImportError::Input { line, .. }) => line,
                Err(ImportError::Refused(_)) if round < 10 => 0,
                other => panic!("{other:?}"),
            }
        } else {
            // The program is stopped in the middle of some batch.
            let mut line = 0;
            let import = run(&pool, &clock, Cursor::new(bytes), &options, None, |event| {
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
            for _ in 0..15 {
                tokio::time::sleep(Duration::from_millis(30)).await;
                let statement = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
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
    let clock = Clock::default();
    let outcome = run(&second, &clock, Cursor::new(text.clone().into_bytes()), &options, None, |event| match event {
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
    assert!(matches!(error, ImportError::Database { line, dry_run: false, .. } if line == done), "{error:?}");
    let words = format!("Everything up to line {done} is in: run the same command again");
    assert!(done > 300 && error.to_string().contains(&words), "{error}");
    assert!(waited > 0);
    let done = import_with(&pool, text, &Options { batch: 64, ..options }).await;
    assert_eq!(done.report.imported + done.report.unchanged, 600);
    assert!(done.report.unchanged > 250);
}

// --- The command ---

/// Runs `loquet import members` on the test's database.
fn command(pool: &PgPool, arguments: &[String], input: &[u8]) -> (i32, String, String) {
    use sqlx::ConnectOptions as _;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_loquet"))
        .args(["import", "members"])
        .args(arguments)
        .env_clear()
        .env("LOQUET_SERVER_ISSUER", "http://127.0.0.1:8080")
        .env("LOQUET_DATABASE_URL", pool.connect_options().to_url_lossy().as_str())
        .env("LOQUET_SECRETS_MASTER_KEY", Vault::generate_master_key().as_str())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[sqlx::test(migrations = "./migrations")]
async fn the_command(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let run = async |arguments: &[&str], input: &[u8]| {
        let (pool, input) = (pool.clone(), input.to_vec());
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        tokio::task::spawn_blocking(move || command(&pool, &arguments, &input)).await.unwrap()
    };
    std::fs::write(path("dirty.csv"), legacy("members-dirty.csv")).unwrap();
    std::fs::write(path("rejects.csv"), "of an earlier time").unwrap();
    let (code, out, err) = run(&[&path("dirty.csv"), "--rejects", &path("rejects.csv"), "--dry-run"], b"").await;
    assert_eq!(
        (code, out.contains("nothing was changed"), out.contains("imported          17")),
        (3, true, true),
        "{out}{err}"
    );
    assert!(full_dump(&pool).await.is_empty());
    let (code, out, err) = run(&[&path("dirty.csv"), "--rejects", &path("rejects.csv"), "--json"], b"").await;
    assert_eq!(code, 3, "{err}");
    let summary: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&summary["imported"], &summary["rejected"], &summary["administrator_flags_ignored"]),
        (&17.into(), &30.into(), &2.into())
    );
    assert_eq!(err.lines().filter(|line| line.contains("refused")).count(), 30);
    assert!(
        err.contains("line 32: warning: lang: is not a language") && !err.contains('\r') && !err.contains("$2b$12$j")
    );
    let rejects = std::fs::metadata(path("rejects.csv")).unwrap();
    assert_eq!(rejects.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(path("rejects.csv")).unwrap().matches("$2b$12$j").count(), 23);
    // From standard input, with administrators this time.
    let (code, out, err) = run(&["-", "--map", "administrator=is_admin"], &legacy("members.csv")).await;
    assert_eq!((code, out.contains("2 administrators")), (0, true), "{out}{err}");
    for (arguments, code, words) in [
        (vec![path("rejects.csv"), "--rejects".to_owned(), path("rejects.csv")], 1, "is the file to import"),
        (vec![path("rejects.csv"), "--rejects".to_owned(), path(".")], 1, "is not an ordinary file"),
        (vec![path("nowhere.csv")], 1, "No such file"),
        (vec!["-".to_owned(), "--language".to_owned(), "tlh".to_owned()], 1, "no 'tlh'"),
        (vec!["-".to_owned(), "--map".to_owned(), "name=x".to_owned()], 2, "'name' is not a field"),
        (vec!["-".to_owned(), "--timezone".to_owned(), "Paris".to_owned()], 2, "is not a time zone"),
        (vec!["-".to_owned()], 1, "the file is empty"),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (got, out, err) = run(&arguments, b"").await;
        assert_eq!((got, err.contains(words)), (code, true), "{arguments:?}: {out}{err}");
    }
    assert_eq!(std::fs::metadata(path("rejects.csv")).unwrap().len(), rejects.len(), "the only copy is still there");
}
