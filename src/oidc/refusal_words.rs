//! What the refusal page says: why in plain words, and who can be asked or was. Of the reasons it tells those
//! that concern the person's own organizations and nobody else's.

use crate::app::AppState;
use crate::authz::asking::Asking;
use crate::authz::explanation::{Explanation, Opening, Rule};
use crate::db::access_requests::Desk;
use crate::http::page::Page;

/// The words.
pub(super) struct Told {
    /// Why.
    pub reason: String,
    /// Before the list of those who can be asked; none when all were.
    pub ask: Option<String>,
    /// Those who can be asked.
    pub whom: Vec<String>,
    /// What was asked and answered.
    pub asked: Vec<String>,
    /// The button, if there is anything to ask.
    pub button: Option<String>,
    /// Organizations that the person looks after: what it says, and where they can open the door themself.
    pub own: Vec<(String, String)>,
}

/// Says it.
pub(super) fn tell(access: Option<&Explanation>, desks: &[Desk], service: &str, page: &Page, state: &AppState) -> Told {
    let open = access.is_some_and(|access| access.rule == Rule::Nothing);
    let (now, zone) = (state.clock.now(), state.settings.host.time_zone);
    let mut told = Told {
        reason: reason(access, service, page),
        ask: None,
        whom: Vec::new(),
        asked: Vec::new(),
        button: None,
        own: Vec::new(),
    };
    let mut again = true;
    for desk in desks {
        let asking = Asking::of(desk.request, now);
        let whom = whom(desk, page);
        match asking {
            Asking::Free => {}
            Asking::Waiting { since, .. } => {
                let when = page.language().moment(since, zone);
                told.asked.push(page.text2("refused-asked", "when", &when, "whom", &whom.join(", ")));
            }
            Asking::Declined { at, until, again } => {
                let day = |at: chrono::DateTime<chrono::Utc>| page.language().date(&at.with_timezone(&zone));
                let by = desk.organization.as_ref().map_or(&page.host, |(_, name)| name);
                told.asked.push(page.text2("refused-declined", "date", &day(at), "whom", by));
                if !again {
                    told.asked.push(page.text1("refused-declined-until", "date", &day(until)));
                }
            }
        }
        if open && asking.may_ask() {
            again &= asking != Asking::Free;
            told.whom.extend(whom);
            told.button = Some(page.text(if again { "refused-ask-again" } else { "refused-ask" }));
        }
        if let Some((slug, name)) = desk.organization.as_ref().filter(|_| desk.referent) {
            let link = state.paths.organization_part(slug, "requests");
            told.own.push((page.text1("refused-own", "organization", name), link));
        }
    }
    told.ask = told.button.is_some().then(|| page.text("refused-ask-one-of"));
    told
}

/// Those who look after an organization, or the host.
fn whom(desk: &Desk, page: &Page) -> Vec<String> {
    match &desk.organization {
        Some((_, organization)) if !desk.referents.is_empty() => {
            desk.referents.iter().map(|name| format!("{name} ({organization})")).collect()
        }
        _ => vec![page.text1("refused-host", "host", &page.host)],
    }
}

fn reason(access: Option<&Explanation>, service: &str, page: &Page) -> String {
    let openings = access.map(|access| access.one_of.as_slice()).unwrap_or_default();
    let asleep = openings.iter().find_map(|opening| match opening {
        Opening::Reactivation { name, .. } => Some(name),
        _ => None,
    });
    match asleep {
        Some(organization) => page.text2("refused-organization-off", "service", service, "organization", organization),
        None if access.is_some_and(|access| access.rule == Rule::Nothing) && openings.is_empty() => {
            page.text1("refused-nobody", "service", service)
        }
        None => page.text1("refused-reason", "service", service),
    }
}
