//! What is asked when something is done to an organization.

use actix_web::HttpResponse;

use super::confirm::{self, Question};
use super::form::{self, Choice, Fault, Field, Form};
use super::frame::{Console, Frame, Tab};
use super::organization_act::Deed;
use crate::db::attachments::Service;
use crate::db::host_organizations::Attachable;
use crate::db::members::Member;
use crate::delegation::{Clash, OrganizationDossier, Refusal, Version};
use crate::http::page::Page;
use crate::http::page_error::PageError;
use crate::http::params::Params;

/// Something about to be done to an organization.
pub struct Asked<'a> {
    /// Who does it.
    pub console: &'a Console<'a>,
    /// What.
    pub deed: Deed,
    /// To which.
    pub dossier: &'a OrganizationDossier,
    /// What was written so far.
    pub given: &'a Params,
    /// What is wrong with it.
    pub fault: Option<Fault>,
    /// Somebody else has changed the organization since it was looked at.
    pub stale: bool,
}

/// Name and contact.
pub fn details(page: &Page, name: &str, contact: &str, fault: Option<&Fault>) -> Vec<Field> {
    let mut fields = vec![
        Field::line("name", page.text("places-organization-name"), name).fault(fault),
        Field::line("contact", page.text("places-organization-contact"), contact)
            .help(page.text("places-organization-contact-help"))
            .fault(fault),
    ];
    // Only where it is needed: nobody should tick it unasked.
    if fault.is_some_and(|(_, words)| *words == page.text("places-name-taken")) {
        fields.insert(1, Field::tick("despite", page.text("places-despite"), false));
    }
    fields
}

/// What is wrong with a field; none when it is something else.
pub fn fault(refusal: &Refusal, page: &Page) -> Option<Fault> {
    let (field, key) = match refusal {
        Refusal::Clash(Clash::SlugTaken) => ("slug", "places-slug-taken"),
        Refusal::Clash(Clash::NameTaken) => ("name", "places-name-taken"),
        Refusal::Invalid(flaw) => match (flaw.field, flaw.problem) {
            ("slug", _) => ("slug", "places-slug-wrong"),
            ("name", "empty") => ("name", "places-name-empty"),
            ("login", _) => ("login", "places-referent-unknown"),
            (field @ ("name" | "contact"), _) => (field, "places-line-wrong"),
            _ => return None,
        },
        _ => return None,
    };
    Some((field, page.text(key)))
}

impl Asked<'_> {
    /// Asks.
    ///
    /// # Errors
    /// Not found for somebody or something that is not there; PostgreSQL's.
    pub async fn ask(self) -> Result<HttpResponse, PageError> {
        let (page, name) = (&self.console.page, &self.dossier.place.name);
        match self.deed {
            Deed::Edit => self.edit().await,
            Deed::Referent => {
                let login = Field::line("login", page.text("places-login"), self.given.get("login"));
                let fields = vec![login.fault(self.fault.as_ref())];
                self.form("places-referent-title", "places-referent-intro", "places-referent-submit", fields).await
            }
            Deed::Attach => self.attach().await,
            Deed::Dismiss => {
                let person = self.referent()?;
                let title = page.text2("places-dismiss-title", "name", &person.name, "organization", name);
                let mut effects = vec![page.text1("places-dismiss-effect", "name", &person.name)];
                if self.dossier.referents.len() == 1 {
                    effects.push(page.text1("places-dismiss-last", "organization", name));
                }
                let kept = vec![("person", person.id.to_string())];
                self.confirm(title, effects, kept, "places-dismiss").await
            }
            Deed::Detach => {
                let service = self.service()?;
                let of = service.name(&page.lang);
                let title = page.text2("places-detach-title", "service", of, "organization", name);
                let effects = vec![page.text1("places-detach-effect", "service", of)];
                let kept = vec![("service", service.client_id.clone())];
                self.confirm(title, effects, kept, "places-detach").await
            }
            Deed::Disable => {
                let title = page.text1("places-disable-title", "organization", name);
                self.confirm(title, vec![page.text("places-disable-effect")], Vec::new(), "places-disable").await
            }
            Deed::Enable => {
                let title = page.text1("places-enable-title", "organization", name);
                self.confirm(title, vec![page.text("places-enable-effect")], Vec::new(), "places-enable").await
            }
        }
    }

    /// Name and contact as they are; or as they were typed, on the sight of what was there then.
    async fn edit(self) -> Result<HttpResponse, PageError> {
        let (page, place) = (&self.console.page, &self.dossier.place);
        let mut form = Form {
            title: page.text1("places-edit-title", "organization", &place.name),
            submit: page.text("save"),
            ..self.around()
        };
        let mut version = Version::of_place(place).to_string();
        (form.fields, form.conflict) = if self.stale {
            let contact = if place.contact.is_empty() { "–" } else { &place.contact };
            form.intro = vec![page.text2("places-edit-now", "name", &place.name, "contact", contact)];
            (self.typed(None), page.text("admin-refused-stale"))
        } else if self.fault.is_some() {
            self.given.get("version").clone_into(&mut version);
            (self.typed(self.fault.as_ref()), String::new())
        } else {
            (details(page, &place.name, &place.contact, None), String::new())
        };
        form.kept = vec![("version", version)];
        form::show(self.console, Tab::Organizations, form).await
    }

    fn typed(&self, fault: Option<&Fault>) -> Vec<Field> {
        details(&self.console.page, self.given.get("name"), self.given.get("contact"), fault)
    }

    /// The referent whom it is about.
    fn referent(&self) -> Result<&Member, PageError> {
        let id = self.given.get("person");
        self.dossier.referents.iter().find(|member| member.id.to_string() == id).ok_or(PageError::NotFound)
    }

    /// The service that it is about.
    fn service(&self) -> Result<&Service, PageError> {
        let id = self.given.get("service");
        let found = self.dossier.services.iter().find(|(service, _)| service.client_id == id);
        found.map(|(service, _)| service).ok_or(PageError::NotFound)
    }

    /// One that it does not have; or one that it has, for others than now.
    async fn attach(self) -> Result<HttpResponse, PageError> {
        let page = &self.console.page;
        let who = |all: bool| {
            let choice = |value: &str, key, chosen| Choice { value: value.to_owned(), label: page.text(key), chosen };
            let choices = vec![choice("given", "places-attach-given", !all), choice("all", "places-attach-all", all)];
            Field::radios("who", page.text("places-attach-who"), choices)
        };
        if let Ok(service) = self.service() {
            let fields = vec![who(service.all_members)];
            let title = page.text1("places-mode-title", "service", service.name(&page.lang));
            let kept = vec![("service", service.client_id.clone())];
            let form = Form { title, kept, fields, submit: page.text("save"), ..self.around() };
            return form::show(self.console, Tab::Organizations, form).await;
        }
        let desk = self.console.desk();
        let found = desk.read(&self.dossier.place.slug, async |work| work.attachable().await).await;
        let services = found.map_err(|refusal| self.console.refused(refusal, &self.back()))?;
        if services.is_empty() {
            return self.form("places-attach-title", "places-attach-none", "", Vec::new()).await;
        }
        let choice = |service: &Attachable| Choice {
            label: label(service, page),
            chosen: service.client_id == self.given.get("service"),
            value: service.client_id.clone(),
        };
        let list = Field::list("service", page.text("people-service"), services.iter().map(choice).collect());
        let fields = vec![list.help(page.text("places-attach-help")), who(false)];
        self.form("places-attach-title", "", "places-attach", fields).await
    }

    fn back(&self) -> String {
        self.console.state().paths.admin_organization(&self.dossier.place.slug)
    }

    fn action(&self) -> String {
        self.console.state().paths.admin_organization_act(&self.dossier.place.slug, self.deed.name())
    }

    fn around(&self) -> Form {
        Form { action: self.action(), back: self.back(), ..Form::default() }
    }

    async fn form(
        &self,
        title: &str,
        intro: &str,
        submit: &str,
        fields: Vec<Field>,
    ) -> Result<HttpResponse, PageError> {
        let page = &self.console.page;
        let words = |key: &str| if key.is_empty() { String::new() } else { page.text(key) };
        let form = Form {
            title: page.text1(title, "organization", &self.dossier.place.name),
            intro: Some(words(intro)).filter(|intro| !intro.is_empty()).into_iter().collect(),
            fields,
            submit: words(submit),
            ..self.around()
        };
        form::show(self.console, Tab::Organizations, form).await
    }

    async fn confirm(
        &self,
        title: String,
        effects: Vec<String>,
        kept: Vec<(&'static str, String)>,
        submit: &str,
    ) -> Result<HttpResponse, PageError> {
        let question = Question {
            title,
            effects,
            kept,
            action: self.action(),
            submit: self.console.page.text(submit),
            danger: self.deed != Deed::Enable,
            back: self.back(),
        };
        confirm::ask(self.console, Frame::of(self.console, Tab::Organizations).await?, question)
    }
}

/// A service in a list: what tells it from another of the same name, and whether it would be shared.
fn label(service: &Attachable, page: &Page) -> String {
    let name = if page.lang == "fr" { &service.name_fr } else { &service.name_en };
    let told = format!("{name} ({})", service.client_id);
    if service.organizations == 0 {
        return told;
    }
    format!("{told}, {}", page.count("places-attach-used", service.organizations))
}
