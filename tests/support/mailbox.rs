//! The mails that came, and their links.

use std::time::Duration;

use loquet::mail::Message;
use sqlx::PgPool;

use super::Server;
use super::patience::within;

impl Server {
    /// The `number`th mail (from 1) of that subject to an address, when it comes.
    pub async fn letter(&self, address: &str, subject: &str, number: usize) -> Message {
        let found = || {
            let all = self.in_order().into_iter();
            all.filter(|mail| mail.to == address && mail.subject == subject).nth(number - 1)
        };
        within(Duration::from_secs(10), &format!("mail {number} to {address}: {subject}"), async || found().is_some())
            .await;
        found().unwrap()
    }

    /// The link of that mail.
    pub async fn link(&self, address: &str, subject: &str, number: usize) -> String {
        link_in(&self.letter(address, subject, number).await)
    }

    /// Subjects of all mails to an address, when none waits any more.
    pub async fn subjects(&self, pool: &PgPool, address: &str) -> Vec<String> {
        all_left(pool).await;
        self.in_order().into_iter().filter(|mail| mail.to == address).map(|mail| mail.subject).collect()
    }

    /// As they were written, which is not always as they left.
    fn in_order(&self) -> Vec<Message> {
        let mut mails = self.mails.all();
        mails.sort_by_key(|(id, _)| *id);
        mails.into_iter().map(|(_, mail)| mail).collect()
    }
}

/// The link of a mail.
pub fn link_in(mail: &Message) -> String {
    mail.text.lines().find(|line| line.starts_with("http")).unwrap().trim().to_owned()
}

/// Waits until every mail has left.
pub async fn all_left(pool: &PgPool) {
    within(Duration::from_secs(10), "all mail has left", async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM mail_outbox").fetch_one(pool).await.unwrap() == 0
    })
    .await;
}
