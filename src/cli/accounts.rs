//! `loquet user approve | refuse | disable | enable | reset-factor | sign-out | resend`: the same acts as on the pages of
//! administrators.

use super::{Failure, say};
use crate::db;
use crate::db::users::User;
use crate::delegation::{Clash, Desk, Refusal};
use crate::groups::ADMINISTRATORS;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Approve,
    Refuse,
    Disable,
    Enable,
    ResetFactor,
    SignOut,
    Resend,
}

/// Does it, and says so.
pub async fn run(act: Act, login: &str, desk: &Desk<'_>) -> Result<(), Failure> {
    let user = find(desk, login).await?;
    let name = &user.username;
    let done = match act {
        Act::Approve => desk.decide_account(user.id, true).await,
        Act::Refuse => desk.decide_account(user.id, false).await,
        Act::Disable => desk.switch_account(user.id, false).await,
        Act::Enable => desk.switch_account(user.id, true).await,
        Act::ResetFactor => desk.reset_factor(user.id).await,
        Act::SignOut => desk.sign_out(user.id, None).await,
        Act::Resend => desk.write_again(user.id).await,
    };
    done.map_err(|refusal| match refusal {
        Refusal::Hidden => missing(login),
        Refusal::Clash(Clash::NoSecondFactor) => Failure::new(format!("{name} has no second factor")),
        Refusal::Clash(Clash::NotWaiting) => {
            Failure::new(format!("{name} does not wait: `loquet user waiting` lists who does"))
        }
        Refusal::Clash(Clash::AlreadyVerified) => Failure::new(format!("{} is proven already", user.email)),
        other => Failure::from(other),
    })?;
    say(match act {
        Act::Approve => format!("{name} may sign in; {} is told.", user.email),
        Act::Refuse => format!("{name} is removed; {} is told.", user.email),
        Act::Disable => format!("{name} is now disabled; every session and token has ended."),
        Act::Enable => format!("{name} is now active."),
        Act::ResetFactor => format!("{name} signs in with the password alone; every session and token has ended."),
        Act::SignOut => format!("{name} is signed out everywhere; every token has ended."),
        Act::Resend => format!("{} gets a new link.", user.email),
    });
    if act == Act::Disable {
        warn_of_last_administrator(desk, &user).await?;
    }
    Ok(())
}

async fn find(desk: &Desk<'_>, login: &str) -> Result<User, Failure> {
    let mut connection = desk.pool.acquire().await?;
    db::users::find_by_login(&mut connection, login).await?.ok_or_else(|| missing(login))
}

fn missing(login: &str) -> Failure {
    Failure::new(format!("there is no account named {login}"))
}

/// The pages refuse that; whoever has a shell may have to stop a thief.
async fn warn_of_last_administrator(desk: &Desk<'_>, user: &User) -> Result<(), Failure> {
    let mut connection = desk.pool.acquire().await?;
    let groups = db::people::find(&mut connection, user.id).await?.map(|account| account.groups).unwrap_or_default();
    if groups.iter().any(|group| group == ADMINISTRATORS)
        && !db::people::has_other_administrator(&mut connection, user.id).await?
    {
        eprintln!(
            "loquet: warning: {} was the last administrator: `loquet user make-admin` makes another",
            user.username
        );
    }
    Ok(())
}
