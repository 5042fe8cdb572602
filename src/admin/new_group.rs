//! `/admin/new-group`: a group is made.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::form::{self, Fault, Field, Form};
use super::frame::{Console, Tab};
use super::group_act::fault;
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::Target;
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::paths::Paths;

/// `GET /admin/new-group`
///
/// # Errors
/// What the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let back = state.paths.admin_groups();
    let may = console.desk().may(Act::Regroup { last_administrator: false }, Target::Instance).await;
    may.map_err(|refusal| console.refused(refusal, &back))?;
    show(&console, "", None).await
}

/// `POST /admin/new-group`
///
/// # Errors
/// What the rule says; PostgreSQL's.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, given) = Console::sent(&request, &body, &state).await?;
    let name = given.get("name").trim();
    match console.desk().create_group(name).await {
        Ok(()) => Ok(see_other(&Paths::with(&state.paths.admin_group(name), &[("done", "created")]))),
        Err(refusal) => match fault(&refusal, &console.page) {
            Some(wrong) => show(&console, name, Some(wrong)).await,
            None => Err(console.refused(refusal, &state.paths.admin_groups())),
        },
    }
}

async fn show(console: &Console<'_>, name: &str, fault: Option<Fault>) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let field = Field::line("name", page.text("places-group-name"), name).help(page.text("places-group-help"));
    let form = Form {
        title: page.text("places-new-group"),
        intro: vec![page.text("places-new-group-intro")],
        fields: vec![field.fault(fault.as_ref())],
        action: paths.admin_new_group(),
        submit: page.text("places-group-create"),
        back: paths.admin_groups(),
        ..Form::default()
    };
    form::show(console, Tab::Groups, form).await
}
