//! The whole export: everybody goes in, and signs in.

use super::*;

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
