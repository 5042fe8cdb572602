//! `/admin/users/{id}/merge`: another account of the same person becomes a part of this one. Both are shown side by
//! side first, with what will come of it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use uuid::Uuid;

use super::frame::{Console, Frame, Tab};
use super::merge_words::{effects, rows};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::db::users::User;
use crate::delegation::{Merging, Refusal, Target};
use crate::http::page::{Page, render, see_other};
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// What follows `?done=` on the page of the person.
pub(super) const DONE: &str = "merge";

#[derive(Template)]
#[template(path = "admin/merge.html")]
struct MergePage<'a> {
    page: &'a Page,
    frame: Frame,
    name: String,
    action: String,
    back: String,
    /// As it was typed.
    login: String,
    /// What is wrong with it.
    error: String,
    /// The two, when both are known.
    both: Option<Both>,
}

struct Both {
    kept: String,
    other: String,
    other_id: Uuid,
    rows: Vec<super::merge_words::Row>,
    effects: Vec<String>,
}

/// `GET /admin/users/{id}/merge?other={login}`
///
/// # Errors
/// What the rule says; a way to a recent proof of identity; not found when there is no such account.
pub async fn get(request: HttpRequest, id: Path<Uuid>, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let query = console.query()?;
    let login = query.get("other").trim();
    let own = console.visitor.session.user.id == *id;
    let user = begin(&console, *id, own, login).await?;
    if login.is_empty() {
        return show(&console, &user, login, None, "").await;
    }
    let somebody = console.desk().somebody(login).await;
    let Some(other) = somebody.map_err(|refusal| console.refused(refusal, &state.paths.admin_user(*id)))? else {
        return show(&console, &user, login, None, "admin-merge-unknown").await;
    };
    match console.desk().plan_merge(*id, other.id).await {
        Ok(plan) => show(&console, &user, login, Some(&plan), "").await,
        Err(refusal) => refused(&console, &user, login, refusal).await,
    }
}

/// `POST /admin/users/{id}/merge`
///
/// # Errors
/// What the rule says; the refusal that leads to a recent proof of identity; not found when there is no such
/// account.
pub async fn post(
    request: HttpRequest,
    id: Path<Uuid>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let (console, form) = Console::sent(&request, &body, &state).await?;
    let other = form.get("other").parse::<Uuid>();
    let mine = console.visitor.session.user.id;
    let user = begin(&console, *id, mine == *id || other.as_ref() == Ok(&mine), "").await?;
    let other = other.map_err(|_| PageError::NotFound)?;
    match console.desk().merge_accounts(*id, other).await {
        Ok(_) => Ok(see_other(&Paths::with(&state.paths.admin_user(*id), &[("done", DONE)]))),
        Err(refusal) => refused(&console, &user, "", refusal).await,
    }
}

/// The rule first, then the proof (AD-04). Who is kept.
async fn begin(console: &Console<'_>, id: Uuid, oneself: bool, login: &str) -> Result<User, PageError> {
    let paths = &console.state().paths;
    let back = paths.admin_user(id);
    let may = console.desk().may(Act::Merge { oneself }, Target::Person(id)).await;
    may.map_err(|refusal| console.refused(refusal, &back))?;
    console.visitor.recent(&Paths::with(&paths.admin_user_merge(id), &[("other", login)]))?;
    let (user, _) = console.desk().membership(id).await.map_err(|refusal| console.refused(refusal, &back))?;
    Ok(user)
}

/// What is wrong with the two is said beside the field; anything else as everywhere.
async fn refused(console: &Console<'_>, user: &User, login: &str, refusal: Refusal) -> Result<HttpResponse, PageError> {
    let error = match &refusal {
        Refusal::Invalid(flaw) => match flaw.problem {
            "same-account" => "admin-merge-same",
            "powers" => "admin-merge-powers",
            "not-in-use" => "admin-merge-not-in-use",
            "leaving" => "admin-merge-leaving",
            "not-proven" => "admin-merge-not-proven",
            _ => "admin-merge-second-factor",
        },
        Refusal::Hidden => "admin-merge-unknown",
        _ => return Err(console.refused(refusal, &console.state().paths.admin_user(user.id))),
    };
    show(console, user, login, None, error).await
}

async fn show(
    console: &Console<'_>,
    user: &User,
    login: &str,
    plan: Option<&Merging>,
    error: &str,
) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let both = plan.map(|plan| Both {
        kept: plan.kept.account.user.username.clone(),
        other: plan.other.account.user.username.clone(),
        other_id: plan.other.account.user.id,
        rows: rows(plan, console),
        effects: effects(plan, console),
    });
    let template = MergePage {
        page,
        frame: Frame::of(console, Tab::Users).await?,
        name: user.display_name(),
        action: paths.admin_user_merge(user.id),
        back: paths.admin_user(user.id),
        login: login.to_owned(),
        error: if error.is_empty() { String::new() } else { page.text(error) },
        both,
    };
    render(status, page, &template)
}
