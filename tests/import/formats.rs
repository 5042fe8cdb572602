//! JSON lines, and columns of other names.

use super::*;

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
