//! What a person sees of their own account: one file per page. Each page does one thing and goes
//! back to the dispatcher of its authorization, or home.

pub mod home;
pub mod language;
pub mod new_password;
mod password_proof;
pub mod sign_in;
pub mod sign_out;
pub mod verify_email;
pub mod verify_link;

use crate::app::AppState;
use crate::http::flow::Flow;

/// Where a page goes when its one thing is done.
fn onward(flow: Option<&Flow>, state: &AppState) -> String {
    flow.map_or_else(|| state.paths.home(), |flow| state.paths.authorization_continue(flow.id))
}
