//! `/admin/new-organization`: an organization is made.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::form::{self, Fault, Field, Form};
use super::frame::{Console, Tab};
use super::organization_forms::{details, fault};
use crate::app::AppState;
use crate::authz::administration::Act;
use crate::delegation::{NewOrganization, Target};
use crate::http::page::see_other;
use crate::http::page_error::PageError;
use crate::http::params::Params;
use crate::paths::Paths;

/// `GET /admin/new-organization`
///
/// # Errors
/// What the rule says; PostgreSQL's.
pub async fn get(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let console = Console::of(&request, &state).await?;
    let back = state.paths.admin_organizations();
    console.desk().may(Act::Organize, Target::Instance).await.map_err(|refusal| console.refused(refusal, &back))?;
    show(&console, &Params::default(), None).await
}

/// `POST /admin/new-organization`
///
/// # Errors
/// What the rule says; PostgreSQL's.
pub async fn post(request: HttpRequest, body: Bytes, state: Data<AppState>) -> Result<HttpResponse, PageError> {
    let (console, given) = Console::sent(&request, &body, &state).await?;
    let new = NewOrganization {
        slug: given.get("slug").trim(),
        name: given.get("name").trim(),
        contact: given.get("contact").trim(),
        despite_likeness: !given.get("despite").is_empty(),
    };
    match console.desk().create_organization(&new).await {
        Ok(made) => {
            let page = state.paths.admin_organization(&made.slug);
            Ok(see_other(&Paths::with(&page, &[("done", "created")])))
        }
        Err(refusal) => match fault(&refusal, &console.page) {
            Some(wrong) => show(&console, &given, Some(wrong)).await,
            None => Err(console.refused(refusal, &state.paths.admin_organizations())),
        },
    }
}

async fn show(console: &Console<'_>, given: &Params, fault: Option<Fault>) -> Result<HttpResponse, PageError> {
    let (page, paths) = (&console.page, &console.state().paths);
    let mut fields = details(page, given.get("name"), given.get("contact"), fault.as_ref());
    let slug = Field::line("slug", page.text("places-slug"), given.get("slug"));
    fields.insert(1, slug.help(page.text("places-slug-help")).fault(fault.as_ref()));
    let form = Form {
        title: page.text("places-new-organization"),
        fields,
        action: paths.admin_new_organization(),
        submit: page.text("places-organization-create"),
        back: paths.admin_organizations(),
        ..Form::default()
    };
    form::show(console, Tab::Organizations, form).await
}
