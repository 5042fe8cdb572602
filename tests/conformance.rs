//! The certification modules of the OpenID Foundation and the rules that real clients need, restated
//! against the running server. `docs/conformance.md` says which demand is tested where;
//! [`page`](conformance/page.rs) checks what it says.

mod access_tokens;
mod authorization;
mod back_channel;
mod client_authentication;
mod codes;
mod form_post;
mod keys;
mod logout;
mod metadata;
mod names;
mod page;
mod prompt;
mod registration;
mod scene;
mod scopes;
mod subjects;
