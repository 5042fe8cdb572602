//! The same people again: what changes, what stays, what is refused.

use super::*;

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

#[sqlx::test(migrations = "./migrations")]
async fn what_is_taken_is_refused_and_the_holder_named(pool: PgPool) {
    execute(
        &pool,
        "INSERT INTO users (id, username, email, locale, created_at, updated_at)
                    VALUES (gen_random_uuid(), 'jane.doe', 'Jane@Example.org', 'fr', now(), now())",
    )
    .await;
    for batch in [1, 3, 2000] {
        execute(&pool, "DELETE FROM users WHERE legacy_id IS NOT NULL; DELETE FROM released_names").await;
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

/// Rules 19 and 20: services know people by their names and addresses.
#[sqlx::test(migrations = "./migrations")]
async fn what_somebody_gives_up_is_not_given_again(pool: PgPool) {
    let at = |id, name: &str, address: &str| line(id, name).replace(&format!("{name}@"), &format!("{address}@"));
    import(&pool, file(&[at("1", "ada", "a"), at("2", "bob", "b")])).await;
    // An exchange cannot be told from two mistakes.
    let done = import(&pool, file(&[at("1", "ada", "b"), at("2", "bob", "a")])).await;
    assert_eq!(
        done.refused,
        ["2: email: is already used by another account", "3: email: is already used by another account"]
    );
    let done = import(&pool, file(&[at("3", "cleo", "a"), at("1", "adele", "new"), at("4", "ada", "d")])).await;
    assert_eq!(
        done.refused,
        ["2: email: is already used by another account", "4: login: is already used by another account"]
    );
    assert_eq!((done.report.imported, done.report.updated), (0, 1));
    // Their owner may come back to them.
    let done = import(&pool, file(&[at("1", "ada", "a")])).await;
    assert_eq!(done.report.updated, 1, "{:?}", done.refused);
    import(&pool, file(&[at("1", "adele", "new")])).await;
    // An address after three months, a username never.
    execute(&pool, "UPDATE released_names SET released_at = released_at - interval '91 days'").await;
    let done = import(&pool, file(&[at("3", "cleo", "a"), at("4", "ada", "d")])).await;
    assert_eq!(done.refused, ["3: login: is already used by another account"]);
    assert_eq!(done.report.imported, 1);
}

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
