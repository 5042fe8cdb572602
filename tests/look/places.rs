//! The administrators' pages of organizations, groups, settings and imports.

use super::requests::{administrator, overseer};
use super::walk::Walk;

const ORGANIZATION: &str = "/admin/organizations/{slug}";
const ORGANIZATION_ACT: &str = "/admin/organizations/{slug}/{act}";
const GROUP: &str = "/admin/groups/{group}";
const GROUP_ACT: &str = "/admin/groups/{group}/{act}";

pub async fn pages(walk: &mut Walk) {
    walk.server.person("samia.roche").await;
    walk.server.service("tableur", crate::support::client::REDIRECT).await;
    administrator(walk, "jocelin").await;
    organizations(walk).await;
    groups(walk).await;
    settings(walk).await;
    import(walk).await;
    let person = walk.server.person("aubin").await;
    overseer(walk, &person, "auditors").await;
    walk.open("/admin/organizations/potager").await;
    walk.look(ORGANIZATION, "places-organization-read-only").await;
    walk.open("/admin/groups/bureau").await;
    walk.look(GROUP, "places-group-read-only").await;
    walk.open("/admin/import").await;
    walk.look("/admin/import", "places-import-read-only").await;
}

async fn organizations(walk: &mut Walk) {
    const NEW: &str = "/admin/new-organization";
    walk.open("/admin/organizations?q=rien+du+tout").await;
    walk.look("/admin/organizations", "places-organizations-none").await;
    walk.open(NEW).await;
    walk.look(NEW, "places-new-organization").await;
    walk.chromium.fill("#name", "Potager des Lilas").await;
    walk.chromium.fill("#slug", "Potager !").await;
    walk.press("#submit").await;
    walk.look_at_fault(NEW, "places-new-organization-wrong").await;
    walk.chromium.fill("#slug", "potager").await;
    walk.press("#submit").await;
    walk.look(ORGANIZATION, "places-organization-new").await;
    for (act, name) in [
        ("edit", "places-organization-edit"),
        ("referent", "places-organization-referent"),
        ("disable", "places-organization-disable"),
        ("attach", "places-organization-attach"),
    ] {
        walk.open(&format!("/admin/organizations/potager/{act}")).await;
        walk.look(ORGANIZATION_ACT, name).await;
        if act == "edit" {
            // Somebody else was quicker.
            walk.chromium.run("document.querySelector('[name=version]').value = 'x'", Vec::new()).await;
            walk.press("#submit").await;
            walk.look_at_fault(ORGANIZATION_ACT, "places-organization-edit-stale").await;
        }
    }
    walk.press("#submit").await;
    walk.look(ORGANIZATION, "places-organization-attached").await;
    walk.open("/admin/organizations").await;
    walk.look("/admin/organizations", "places-organizations").await;
}

async fn groups(walk: &mut Walk) {
    const NEW: &str = "/admin/new-group";
    walk.open(NEW).await;
    walk.look(NEW, "places-new-group").await;
    walk.chromium.fill("#name", "bureau").await;
    walk.press("#submit").await;
    walk.look(GROUP, "places-group-new").await;
    walk.press("#add").await;
    walk.chromium.fill("#login", "personne").await;
    walk.press("#submit").await;
    walk.look_at_fault(GROUP_ACT, "places-group-add-nobody").await;
    walk.chromium.fill("#login", "samia.roche").await;
    walk.press("#submit").await;
    walk.look(GROUP, "places-group-added").await;
    for (act, name) in [
        ("add", "places-group-add"),
        ("rename", "places-group-rename"),
        ("demand", "places-group-demand"),
        ("delete", "places-group-delete"),
    ] {
        walk.open(&format!("/admin/groups/bureau/{act}")).await;
        walk.look(GROUP_ACT, name).await;
    }
    walk.open("/admin/groups").await;
    walk.look("/admin/groups", "places-groups").await;
}

async fn settings(walk: &mut Walk) {
    walk.open("/admin/settings").await;
    walk.look("/admin/settings", "places-settings").await;
}

async fn import(walk: &mut Walk) {
    walk.open("/admin/import").await;
    walk.look("/admin/import", "places-import").await;
    walk.press("#submit").await;
    walk.look_at_fault("/admin/import", "places-import-no-file").await;
}
