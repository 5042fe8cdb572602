//! What somebody tried in vain, in the words of administrators.

use serde_json::Value;

use crate::http::page::Page;

/// An act of the host that was refused. Its person and its organization are told beside it; `service` is the name
/// of its service, or "".
pub fn tried(details: &Value, service: &str, page: &Page) -> String {
    // Lines of before acts were noted, and acts that only a later version knows.
    let Some(act) = details["act"].as_str().and_then(act) else { return page.text("admin-attempt") };
    let act = page.text(act);
    let on = if details["others"] == true {
        page.text("attempt-others")
    } else {
        details["group"].as_str().unwrap_or(service).to_owned()
    };
    match on.as_str() {
        "" => page.text1("attempt-refused", "act", &act),
        on => page.text2("attempt-refused-on", "act", &act, "name", on),
    }
}

/// By its name in the journal.
fn act(name: &str) -> Option<&'static str> {
    Some(match name {
        "look" => "attempt-look",
        "decide" => "attempt-decide",
        "switch-on" => "attempt-switch-on",
        "switch-off" => "attempt-switch-off",
        "sign-out" => "attempt-sign-out",
        "reset-factor" => "attempt-reset-factor",
        "merge" => "attempt-merge",
        "write-again" => "attempt-write-again",
        "tend-mail" => "attempt-tend-mail",
        "rotate-keys" => "attempt-rotate-keys",
        "tend-services" => "attempt-tend-services",
        "organize" => "attempt-organize",
        "regroup" => "attempt-regroup",
        "import" => "attempt-import",
        "set-membership" => "attempt-set-membership",
        "tell-news" => "attempt-tell-news",
        _ => return None,
    })
}
