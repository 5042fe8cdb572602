//! What keeps the cost of things from growing with the host. How much it grows is measured by
//! `bench/run --only scale`.

use sqlx::PgPool;

use crate::support::World;

/// Tables that every sign-in writes: an index would cost each of those more than the one look through them
/// when a service is removed.
const WRITTEN_BY_EVERY_SIGN_IN: &[&str] =
    &["authorization_requests", "client_tokens", "pushed_requests", "registrations"];

/// A row that goes does not make PostgreSQL read whole tables for what pointed to it.
#[sqlx::test]
async fn what_points_to_a_row_is_found_by_an_index(pool: PgPool) {
    let without: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.conrelid::regclass::text, pg_get_constraintdef(c.oid) FROM pg_constraint c
         WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace
           AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey)
               AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' || (
                   SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = i.indkey[0]) || ' IS NOT NULL)'))
         ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let forgotten: Vec<_> =
        without.iter().filter(|(table, _)| !WRITTEN_BY_EVERY_SIGN_IN.contains(&table.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:#?}");
    for table in WRITTEN_BY_EVERY_SIGN_IN {
        assert!(without.iter().any(|(other, _)| other == table), "{table} has its index");
    }
}

/// What is known of a person and all services at once is what is known of each.
#[sqlx::test]
async fn all_at_once_is_one_by_one(pool: PgPool) {
    let world = World::new(&pool).await;
    let carl = world.id("carl");
    let mut connection = pool.acquire().await.unwrap();
    for sql in [
        // In several organizations with one service, by membership, by grant, with roles, and in a closed one.
        "INSERT INTO attachments SELECT o.id, c.client_id, o.slug = 'a' FROM organizations o, clients c ON CONFLICT DO NOTHING",
        "INSERT INTO access_grants SELECT m.organization_id, m.user_id, a.client_id, now() FROM memberships m
             JOIN attachments a USING (organization_id) WHERE hashtext(a.client_id) % 2 = 0 ON CONFLICT DO NOTHING",
        "INSERT INTO client_roles SELECT client_id, 'growing', true FROM clients ON CONFLICT DO NOTHING",
        "INSERT INTO access_grant_roles SELECT organization_id, user_id, client_id, 'growing' FROM access_grants ON CONFLICT DO NOTHING",
        "INSERT INTO groups VALUES (gen_random_uuid(), 'zeta', now()), (gen_random_uuid(), 'alpha', now())",
        "INSERT INTO group_members SELECT u.id, g.id FROM users u, groups g WHERE u.username IN ('carl', 'dora') ON CONFLICT DO NOTHING",
        "INSERT INTO client_groups SELECT client_id, id FROM clients, groups WHERE hashtext(client_id || name) % 2 = 0 ON CONFLICT DO NOTHING",
        "UPDATE organizations SET active = false WHERE slug = 'c'",
        "UPDATE clients SET policy = 'everyone' WHERE client_id = (SELECT min(client_id) FROM clients)",
        "UPDATE clients SET enabled = false WHERE client_id = (SELECT max(client_id) FROM clients)",
        "UPDATE users SET active = false WHERE username = 'alice'",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let difference: Vec<String> = sqlx::query_scalar(
        "WITH each AS (SELECT u.id, c.client_id, f.user_active, f.email_verified, f.client_enabled, f.everyone,
                           f.groups <> '{}' AS by_group, f.access_through <> '{}' AS by_organization
                       FROM users u, clients c, LATERAL client_access_facts(u.id, c.client_id) f
                       WHERE f.everyone OR f.groups <> '{}' OR f.organizations <> '{}'),
              at_once AS (SELECT u.id, f.* FROM users u, LATERAL client_openings_of(u.id) f)
         (SELECT 'lacks ' || e::text FROM (TABLE each EXCEPT TABLE at_once) e)
         UNION ALL (SELECT 'has ' || e::text FROM (TABLE at_once EXCEPT TABLE each) e)",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    assert!(difference.is_empty(), "{difference:#?}");
    let of_carl: i64 =
        sqlx::query_scalar("SELECT count(*) FROM client_openings_of($1) WHERE by_organization AND NOT everyone")
            .bind(carl)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
    assert!(of_carl > 0, "the world has too little in it");
}

/// Who is in more organizations than are looked up one by one is told the same by the other way.
#[sqlx::test]
async fn many_organizations_say_what_few_say(pool: PgPool) {
    let world = World::new(&pool).await;
    let mut connection = pool.acquire().await.unwrap();
    for sql in [
        "INSERT INTO attachments SELECT o.id, c.client_id, hashtext(o.slug || c.client_id) % 2 = 0 FROM organizations o, clients c ON CONFLICT DO NOTHING",
        "INSERT INTO access_grants SELECT m.organization_id, m.user_id, a.client_id, now() FROM memberships m
             JOIN attachments a USING (organization_id) WHERE hashtext(a.client_id) % 3 = 0 ON CONFLICT DO NOTHING",
        "UPDATE organizations SET active = false WHERE slug = 'c'",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let facts = "SELECT client_id || f::text FROM clients c, LATERAL client_access_facts($1, c.client_id) f ORDER BY 1";
    let carl = world.id("carl");
    let few: Vec<String> = sqlx::query_scalar(facts).bind(carl).fetch_all(&mut *connection).await.unwrap();
    assert!(few.iter().any(|line| line.contains("{b}")), "{few:#?}");
    // Thirty others, with nothing of these services.
    for sql in [
        "INSERT INTO organizations (id, slug, name, created_at) SELECT gen_random_uuid(), 'other-' || i, 'Other ' || i, now() FROM generate_series(1, 30) i",
        "INSERT INTO memberships (organization_id, user_id, role, created_at)
             SELECT o.id, u.id, 'member', now() FROM organizations o, users u WHERE o.slug LIKE 'other-%' AND u.username = 'carl'",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let many: Vec<String> = sqlx::query_scalar(facts).bind(carl).fetch_all(&mut *connection).await.unwrap();
    assert_eq!(few, many);
}

/// The list of members goes by the names that people have now.
#[sqlx::test]
async fn the_order_of_members_follows_their_names(pool: PgPool) {
    World::new(&pool).await;
    let wrong = "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE (m.sort_name, m.email_key) IS DISTINCT FROM (sort_name(u), u.email_key)";
    let count = async || sqlx::query_scalar::<_, i64>(wrong).fetch_one(&pool).await.unwrap();
    assert_eq!(count().await, 0);
    for sql in [
        "UPDATE users SET family_name = 'Zabulon', given_name = 'Ève' WHERE username = 'carl'",
        "UPDATE users SET email = 'Autre@exemple.fr' WHERE username = 'carl'",
        "UPDATE users SET given_name = '', family_name = '' WHERE username = 'carl'",
        "UPDATE users SET username = 'karl' WHERE username = 'carl'",
    ] {
        assert_eq!(sqlx::query(sql).execute(&pool).await.unwrap().rows_affected(), 1, "{sql}");
        assert_eq!(count().await, 0, "{sql}");
    }
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT m.sort_name FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.username = 'karl'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(names, ["karl"]);
}
