//! actix plumbing shared by the surfaces: what a browser sends, what every answer carries. Must not
//! import a surface.

pub mod api_error;
pub mod assets;
pub mod bearer;
pub mod browser;
pub mod captcha;
pub mod client_address;
pub mod csrf;
pub mod document;
pub mod dress;
pub mod envelope;
pub mod flow;
pub mod guard;
pub mod headers;
pub mod locale;
pub mod names;
pub mod page;
pub mod page_error;
pub mod params;
pub mod receives;
pub mod session;
pub mod trace;
pub mod upload;
pub mod visitor;
