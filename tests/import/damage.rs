//! The damaged export, and damage to the file itself.

use super::*;

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
