//! Table `mail_domain_counts`: mails of a day to one domain.

use chrono::NaiveDate;
use sqlx::PgConnection;

/// Counts a mail, unless the domain has had `most` of them that day; whether it was counted.
///
/// # Errors
/// PostgreSQL's.
pub async fn take(connection: &mut PgConnection, domain: &[u8], day: NaiveDate, most: i32) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "INSERT INTO mail_domain_counts AS c (domain, day, count) VALUES ($1, $2, 1)
         ON CONFLICT (domain, day) DO UPDATE SET count = c.count + 1 WHERE c.count < $3",
        domain,
        day,
        most
    )
    .execute(connection)
    .await?;
    Ok(taken.rows_affected() == 1)
}
