//! The example of `docs/api.md`, as somebody runs it at night.

use std::path::{Path, PathBuf};

use sqlx::PgPool;
use tokio::process::Command;

use crate::support::contents::Contents;
use crate::support::processes::needs;
use crate::support::{Script, World};

struct Night {
    address: String,
    token: String,
    spreadsheet: PathBuf,
}

/// What the program said: how it ended, and what it wrote.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Night {
    async fn run(&self, arguments: &[&str]) -> Said {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/keep_in_step.py");
        let mut command = Command::new("python3");
        command.arg("-B").arg(program).args([&self.address, "a"]).arg(&self.spreadsheet).args(arguments);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LOQUET_TOKEN", &self.token);
        let output = needs(command.output().await, "python3", "python3");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn write(&self, bytes: &[u8]) {
        std::fs::write(&self.spreadsheet, bytes).unwrap();
    }
}

#[sqlx::test]
async fn in_step_with_a_spreadsheet(pool: PgPool) {
    let world = World::new(&pool).await;
    let rita = Script::of(&world.server, &world.people["rita"], Some("a")).await;
    let folder = tempfile::tempdir().unwrap();
    let night = Night {
        address: world.server.url.clone(),
        token: rita.token.clone().unwrap(),
        spreadsheet: folder.path().join("members.csv"),
    };
    rita.get("/api/v1/me").await;
    // As Excel saves it in France: semicolons, Windows's letters, columns of its own.
    let lines = "Prénom;Courriel;Rôle;Accès\r\nRita;rita@example.org;referent;\r\nRex;rex@example.org;;\r\n\
        Zoé;zoe@x.test;member;c_sa:viewer\r\n;;;\r\nAlice;ALICE@example.org;;c_sa:editor\r\nNobody;nobody;;\r\n";
    night.write(&lines.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<_>>());
    let columns = ["--email", "Courriel", "--role", "Rôle", "--services", "Accès", "--complete"];
    let with = |more: &[&'static str]| [&columns[..], more].concat();

    let before = Contents::of(&pool).await;
    let shown = night.run(&with(&[])).await;
    assert_eq!(shown.code, 1, "{shown:?}");
    let expected = "invite zoe@x.test as member, gets c_sa:viewer\nchange ALICE@example.org gets c_sa:editor\n\
        take out carl@example.org\nnothing was changed: add --yes\n";
    // A wrong line keeps everybody in: nobody knows whose line it is.
    assert!(shown.out == expected || shown.out == expected.replace("take out carl@example.org\n", ""), "{shown:?}");
    assert!(shown.err.contains("(nobody): email"), "{shown:?}");
    let changed = before.difference(&Contents::of(&pool).await);
    assert!(changed.iter().all(|row| row.contains("throttles")), "{changed:#?}");

    let good = lines.replace("Nobody;nobody;;\r\n", "");
    night.write(&good.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<_>>());
    let careful = night.run(&with(&["--yes", "--most-removals", "0"])).await;
    assert!(careful.code == 2 && careful.err.contains("1 people would be taken out"), "{careful:?}");
    let done = night.run(&with(&["--yes"])).await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.ends_with("done: 3 changes, 2 in step already\n"), "{done:?}");
    let again = night.run(&with(&["--yes"])).await;
    assert_eq!((again.code, again.out.as_str()), (0, "nothing to change, 4 in step\n"), "{again:?}");
    let members = rita.get("/api/v1/organizations/a/members").await.body;
    assert_eq!(members["items"].as_array().unwrap().len(), 3);

    // What is exported is in step with itself.
    night.write(rita.get("/api/v1/organizations/a/members.csv").await.text.as_bytes());
    let same = night.run(&["--complete", "--yes"]).await;
    assert_eq!((same.code, same.out.as_str()), (0, "nothing to change, 4 in step\n"), "{same:?}");
}

#[sqlx::test]
async fn what_goes_wrong_is_said(pool: PgPool) {
    let world = World::new(&pool).await;
    let alice = Script::of(&world.server, &world.people["alice"], None).await;
    let folder = tempfile::tempdir().unwrap();
    let mut night = Night {
        address: world.server.url.clone(),
        token: alice.token.clone().unwrap(),
        spreadsheet: folder.path().join("members.csv"),
    };
    let missing = night.run(&[]).await;
    assert!(missing.code == 2 && missing.err.contains("members.csv"), "{missing:?}");
    night.write(b"email\nx@x.test\n");
    let refused = night.run(&["--yes"]).await;
    assert!(refused.code == 2 && refused.err.contains("403") && refused.err.contains("a member"), "{refused:?}");
    let column = night.run(&["--email", "E-mail"]).await;
    assert!(column.code == 2 && column.err.contains("no column «E-mail» but email"), "{column:?}");
    night.token = "lqt_pt_x".to_owned();
    let unknown = night.run(&[]).await;
    assert!(unknown.code == 2 && unknown.err.contains("401") && unknown.err.contains("/api/problems/"), "{unknown:?}");
    assert!(!unknown.err.contains("lqt_pt_x"), "{unknown:?}");
    night.address = "http://127.0.0.1:9".to_owned();
    let gone = night.run(&[]).await;
    assert!(gone.code == 2 && gone.err.contains("nothing was done"), "{gone:?}");
}
